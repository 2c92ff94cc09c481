package covey.chaos.cover;

/** What a node is in a run, as far as its death may matter to others. */
public enum Part {
    TRAINER,
    /** A validator that is no authority. */
    VALIDATOR,
    /** A validator that votes on blocks, and is not the writer. */
    AUTHORITY,
    /** The authority in whose ballot the newest block was certified. */
    WRITER,
    OBSERVER
}
