package covey.protocol.port;

/**
 * Named points of a round at which a tester may strike (rule G1). In production nobody does. May be called from any
 * thread; where a plan says so, it announces the point and never returns.
 */
public interface FaultPoints {
    /** Nobody strikes. */
    FaultPoints NONE = (point, round) -> {};

    /** All points, with the phase that each lies in. */
    enum Point {
        /** Half of the inner steps are made. */
        TRAIN_HALF("TRAIN"),
        /** All inner steps are made, nothing is compressed yet. */
        TRAIN_DONE("TRAIN"),
        /** The commit record is durable, the Commit not yet said (rule E3). */
        COMMIT_RECORDED("COMMIT"),
        /** The Commit was handed to the chain. */
        COMMIT_SAID("COMMIT"),
        /** The round is closed and the own content may be fetched, perhaps not yet by anybody. */
        COLLECT_SERVED("COLLECT"),
        /** Another's content was fetched. */
        COLLECT_FETCHED("COLLECT"),
        /** The round is sealed and all contents are here, nothing is applied yet. */
        APPLY_READY("APPLY"),
        /** The settlement record is durable, the root not yet said. */
        APPLY_SETTLED("APPLY");

        private final String phase;

        Point(String phase) {
            this.phase = phase;
        }

        public String phase() {
            return phase;
        }
    }

    void reached(Point point, long round);
}
