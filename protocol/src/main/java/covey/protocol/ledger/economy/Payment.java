package covey.protocol.ledger.economy;

import covey.protocol.model.Hotkey;

/**
 * Where units of an account came from: one line of the explanation of a payout.
 *
 * @param source id of the mechanism, or of the stream
 * @param hotkey that earned it; of a stream its root account
 * @param amount units
 * @param pot units of which this is a part: the mechanism's, the hotkey's dividend, or what had gathered
 * @param streamed units of the amount that the account's own streams took
 */
public record Payment(Kind kind, long source, Hotkey hotkey, Hotkey account, long amount, long pot, long streamed) {
    /** What it was paid for. */
    public enum Kind {
        /** The owner's cut of a mechanism's pot. */
        OWNER_CUT,
        /** Work: the pot times half the incentive, in Yuma. */
        INCENTIVE,
        /** What a hotkey keeps of its dividend. */
        TAKE,
        /** A staker's part of a hotkey's dividend; added to its stake. */
        DIVIDEND,
        /** A recipient's part of a stream. */
        STREAM
    }
}
