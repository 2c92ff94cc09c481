package covey.protocol.ledger;

import covey.protocol.model.Hotkey;

/**
 * Why a transaction in a block changed nothing (rule B1).
 *
 * @param index of the transaction in its block
 * @param detail for people: the value and the rule
 */
public record TransactionRejection(int index, Hotkey hotkey, Reason reason, String detail) {
    /** Kinds of rejection. */
    public enum Reason {
        /** The envelope names another run. */
        WRONG_RUN,
        /** The expiry height is past, or too far ahead. */
        EXPIRY,
        /** The hotkey is not in the registry. */
        NOT_REGISTERED,
        /** The hotkey does not have the role, or the role may not say this. */
        ROLE,
        /** The signature is not the hotkey's over this transaction. */
        SIGNATURE,
        /** The nonce was used and has not expired. */
        NONCE,
        /** Too many transactions of this hotkey in the block, or waiting for their expiry. */
        QUOTA,
        /** It was said before; the first counts. */
        REPEATED,
        /** About a round that is not the one in progress, or not in this phase. */
        WRONG_ROUND,
        /** COMMIT has closed, or has not closed yet. */
        WRONG_PHASE,
        /** Not among those who may say this in this round. */
        NOT_ELIGIBLE,
        /** A validator's verdict on a contribution of its own hotkey or coldkey (rule A3). */
        OWN,
        /** Names something that the ledger does not know. */
        UNKNOWN,
        /** A value outside its range. */
        RANGE,
        /** Registration without enough work, or of what cannot be registered. */
        REGISTRATION,
        /** The run has halted. */
        HALTED,
        /** About the asset; the detail begins with the kind of refusal. */
        ECONOMY,
        /** About the asset, and it may count from a height that the detail names. */
        NOT_YET
    }

    /** What rules say about one statement: the slice after it, or why nothing changed. */
    sealed interface Ruling<S> {
        record Counted<S>(S next) implements Ruling<S> {}

        record Refused<S>(Reason reason, String detail) implements Ruling<S> {}
    }
}
