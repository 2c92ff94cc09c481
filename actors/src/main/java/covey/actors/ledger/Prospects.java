package covey.actors.ledger;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.Hotkey;

/** Whether a statement that does not count now can count in a later block. */
final class Prospects {
    /** Sealed rounds whose roots may still be said; a checkpoint's always may. */
    private static final int ROOT_ROUNDS = 3;

    private Prospects() {}

    /**
     * Whether the ledger is past the round that the statement is about, or already says what it would. An Absent that
     * came second must not wait until its subject is back, and then count.
     */
    static boolean isOver(Statement statement, LedgerState state) {
        return switch (statement) {
            case Statement.Register _, Statement.Economic _ -> false;
            case Statement.Ready ready -> ready.round() < state.lastSealed();
            case Statement.Root root -> root.round() <= state.lastSealed() - ROOT_ROUNDS && !isCheckpoint(root, state);
            case Statement.Evaluate said -> said.round() < Trusts.oldest(state.lastSealed());
            case Statement.Commit _, Statement.Attest _, Statement.Holds _ -> statement.round() <= state.lastSealed();
            case Statement.Absent said -> isSettled(said.round(), said.subject(), true, state);
            case Statement.Present said -> isSettled(said.round(), said.subject(), false, state);
        };
    }

    private static boolean isSettled(long round, Hotkey subject, boolean absent, LedgerState state) {
        long current = state.lastSealed() + 1;
        return round < current || round == current && !state.rounds().wouldChange(subject, absent);
    }

    /** Whether the reason can pass while the statement is not over. */
    static boolean canPass(Statement statement, Reason reason, LedgerState state) {
        return switch (reason) {
            // Who may evaluate a round is settled with it, and the outbox says it again.
            case WRONG_ROUND, NOT_ELIGIBLE -> !(statement instanceof Statement.Evaluate) && !isOver(statement, state);
            case WRONG_PHASE -> !(statement instanceof Statement.Commit) && !isOver(statement, state);
            case NOT_YET -> !(statement instanceof Statement.Economic);
            case WRONG_RUN,
                    EXPIRY,
                    NOT_REGISTERED,
                    QUOTA,
                    ROLE,
                    SIGNATURE,
                    NONCE,
                    REPEATED,
                    OWN,
                    UNKNOWN,
                    RANGE,
                    REGISTRATION,
                    HALTED,
                    ECONOMY -> false;
        };
    }

    private static boolean isCheckpoint(Statement.Root root, LedgerState state) {
        return state.checkpoint().filter(c -> c.round() == root.round()).isPresent();
    }
}
