package covey.protocol.score;

import covey.protocol.model.Hotkey;

/** What a validator saw of one trainer in one round. */
public sealed interface Outcome {
    Hotkey hotkey();

    /** Accepted and measured. */
    record Scored(Hotkey hotkey, LossScore score) implements Outcome {}

    /** Accepted, and not among those measured in this round. */
    record Unscored(Hotkey hotkey) implements Outcome {}

    /** Waited for, without a commitment or with one that nobody could fetch. */
    record Missing(Hotkey hotkey) implements Outcome {}

    /** @param code of {@link covey.protocol.contribution.Rejection} */
    record Refused(Hotkey hotkey, int code) implements Outcome {}

    /** @param finding of {@link covey.protocol.inspect.Inspection} */
    record Flagged(Hotkey hotkey, String finding) implements Outcome {}

    /** @param overlap share of its indices that it has from {@code source}, 0 to 1 */
    record Copied(Hotkey hotkey, Hotkey source, long sourceRound, double overlap) implements Outcome {}
}
