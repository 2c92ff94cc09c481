package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.TransactionRejection;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What this node wants to stand on the ledger and does not yet. A statement stays until a certified block holds it or
 * says that it never will, or until its round is over; its transaction is signed anew when it expires (rule B1). What
 * is about the asset waits for no later block: who said it computes it again. Equal statements are one. For one
 * thread.
 */
public final class Outbox {
    /** Heights that a transaction lives; then it is signed anew. */
    private static final long LIFE_HEIGHTS = 100;

    private record Wanted(Role role, Statement statement) {}

    private final RunId run;
    private final LedgerMachine machine;
    private final Crypto.Signer signer;
    private final LongSupplier nonces;
    private final Map<Wanted, SignedTransaction> waiting = new LinkedHashMap<>();

    public Outbox(RunId run, LedgerMachine machine, Crypto.Signer signer, LongSupplier nonces) {
        this.run = run;
        this.machine = machine;
        this.signer = signer;
        this.nonces = nonces;
    }

    /** The transaction to send now; empty if it waits already or can't count any more. */
    public Optional<SignedTransaction> say(Role role, Statement statement, LedgerState state) {
        Wanted wanted = new Wanted(role, statement);
        if (waiting.containsKey(wanted)) {
            return Optional.empty();
        }
        SignedTransaction signed = sign(wanted, state);
        waiting.put(wanted, signed);
        return isHopeless(signed, state) ? drop(wanted) : Optional.of(signed);
    }

    private Optional<SignedTransaction> drop(Wanted wanted) {
        waiting.remove(wanted);
        return Optional.empty();
    }

    /** Forgets what the block settled. */
    public void settle(CertifiedBlock certified, List<TransactionRejection> rejections, LedgerState after) {
        Map<Integer, Reason> refused = new LinkedHashMap<>();
        rejections.forEach(r -> refused.put(r.index(), r.reason()));
        List<SignedTransaction> transactions = certified.block().transactions();
        for (int i = 0; i < transactions.size(); i++) {
            Transaction transaction = transactions.get(i).transaction();
            Reason reason = refused.get(i);
            boolean own = transaction.hotkey().equals(signer.hotkey());
            if (own && (reason == null || !canPass(transaction.statement(), reason, after))) {
                waiting.remove(new Wanted(transaction.role(), transaction.statement()));
            }
        }
        waiting.keySet().removeIf(wanted -> Prospects.isOver(wanted.statement(), after));
    }

    /** What to send again, in the order in which it was said. */
    public List<SignedTransaction> resend(LedgerState state) {
        waiting.entrySet()
                .removeIf(e -> e.getKey().statement() instanceof Statement.Economic && isExpired(e.getValue(), state));
        for (Map.Entry<Wanted, SignedTransaction> entry : waiting.entrySet()) {
            if (isExpired(entry.getValue(), state)) {
                entry.setValue(sign(entry.getKey(), state));
            }
        }
        waiting.values().removeIf(signed -> isHopeless(signed, state));
        return new ArrayList<>(waiting.values());
    }

    private static boolean isExpired(SignedTransaction signed, LedgerState state) {
        return signed.transaction().expiryHeight() <= state.height();
    }

    int size() {
        return waiting.size();
    }

    private SignedTransaction sign(Wanted wanted, LedgerState state) {
        return TransactionCodec.sign(
                new Transaction(
                        run,
                        signer.hotkey(),
                        wanted.role(),
                        nonces.getAsLong(),
                        state.height() + LIFE_HEIGHTS,
                        wanted.statement()),
                signer);
    }

    private boolean isHopeless(SignedTransaction signed, LedgerState state) {
        Statement statement = signed.transaction().statement();
        return Prospects.isOver(statement, state)
                || machine.check(state, signed)
                        .filter(r -> !canPass(statement, r.reason(), state))
                        .isPresent();
    }

    /** Also waits for its own registration, and while it says too much at once. */
    private static boolean canPass(Statement statement, Reason reason, LedgerState state) {
        return reason == Reason.NOT_REGISTERED
                || reason == Reason.QUOTA
                || reason == Reason.EXPIRY
                || Prospects.canPass(statement, reason, state);
    }
}
