package covey.node.asset;

import covey.node.config.GenesisFile;
import covey.node.door.DoorClient;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;

/** Says what one key means to say of the asset, at one door. Blocks for seconds at most; holds nothing open. */
public final class Speaker {
    private static final int LIFE_HEIGHTS = 100;

    private final DoorClient door;
    private final Ed25519Signer signer;
    private final RunId run;

    private Speaker(DoorClient door, Ed25519Signer signer, RunId run) {
        this.door = door;
        this.signer = signer;
        this.run = run;
    }

    /** Asks the door which run it is; Malformed if it does not say so properly. */
    public static Speaker at(DoorClient door, Ed25519Signer signer) throws IOException, Malformed {
        return new Speaker(
                door,
                signer,
                GenesisFile.parse(door.genesis(), new Ed25519Crypto()).runId());
    }

    public RunId run() {
        return run;
    }

    public Hotkey key() {
        return signer.hotkey();
    }

    /** IllegalArgumentException for a statement out of bounds. */
    public SignedTransaction sign(EconomyStatement statement) throws IOException {
        return TransactionCodec.sign(
                new Transaction(
                        run,
                        signer.hotkey(),
                        Role.OBSERVER,
                        new SecureRandom().nextLong(),
                        door.height() + LIFE_HEIGHTS,
                        new Statement.Economic(statement)),
                signer);
    }

    /** @return why it was refused; empty if it was taken */
    public Optional<String> say(EconomyStatement statement) throws IOException {
        return door.submit(sign(statement));
    }
}
