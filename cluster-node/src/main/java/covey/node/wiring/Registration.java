package covey.node.wiring;

import covey.node.config.NodeConfig;
import covey.node.door.DoorClient;
import covey.node.door.JoinFailed;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RegistryRules;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Makes a stranger's key known to the ledger by proof of work (rules C7, F1). */
final class Registration {
    private static final long PATIENCE_MS = 60_000;
    private static final long LOOK_MS = 50;
    private static final int LOOKS_A_TRY = 60;
    private static final int LIFE_HEIGHTS = 100;

    private final RunId run;
    private final Crypto crypto;
    private final Crypto.Signer signer;
    private final NodeConfig config;
    private final List<DoorClient> doors;
    private final Supplier<LedgerState> ledger;
    private final SecureRandom random = new SecureRandom();

    /** @param ledger what this node has followed to */
    Registration(
            RunId run,
            Crypto crypto,
            Crypto.Signer signer,
            NodeConfig config,
            List<DoorClient> doors,
            Supplier<LedgerState> ledger) {
        this.run = run;
        this.crypto = crypto;
        this.signer = signer;
        this.config = config;
        this.doors = doors;
        this.ledger = ledger;
    }

    /** Returns once this hotkey is registered; throws JoinFailed, with one line, if it is not within a minute. */
    void await() {
        if (isRegistered()) {
            return;
        }
        long work = RegistryRules.work(run, signer.hotkey(), crypto);
        Optional<String> why = Optional.empty();
        for (long waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS * LOOKS_A_TRY) {
            why = submit(transaction(work));
            for (int look = 0; look < LOOKS_A_TRY; look++) {
                if (isRegistered()) {
                    return;
                }
                pause();
            }
        }
        throw new JoinFailed("registration of " + signer.hotkey().brief() + ": "
                + why.orElse("not certified after " + PATIENCE_MS / 1000 + " s")
                + " (expected: a block with it; are the authorities up?)");
    }

    private boolean isRegistered() {
        return ledger.get().registry().entry(signer.hotkey()).isPresent();
    }

    private SignedTransaction transaction(long work) {
        int roles = config.roleBits() & ~Role.AUTHORITY.bit();
        String label = "node-" + signer.hotkey().brief();
        Hotkey coldkey = new Hotkey(crypto.sha256(signer.hotkey().hash().bytes()));
        return TransactionCodec.sign(
                new Transaction(
                        run,
                        signer.hotkey(),
                        firstRole(roles),
                        random.nextLong(),
                        ledger.get().height() + LIFE_HEIGHTS,
                        new Statement.Register(coldkey, roles, label, work)),
                signer);
    }

    private static Role firstRole(int roles) {
        for (Role role : Role.values()) {
            if (role.in(roles)) {
                return role;
            }
        }
        return Role.OBSERVER;
    }

    /** Why the last door refused it or was not reached; empty if one took it. */
    private Optional<String> submit(SignedTransaction transaction) {
        Optional<String> why = Optional.empty();
        boolean taken = false;
        for (DoorClient door : doors) {
            try {
                Optional<String> refused = door.submit(transaction);
                taken |= refused.isEmpty();
                why = refused.or(Optional::empty);
            } catch (IOException e) {
                why = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return taken ? Optional.empty() : why;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JoinFailed("registration: interrupted (expected: to go on)");
        }
    }
}
