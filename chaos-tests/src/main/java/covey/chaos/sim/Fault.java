package covey.chaos.sim;

/** Kinds of fault that the nemesis strikes with. */
enum Fault {
    /** kill -9, back after up to 8 s. */
    KILL,
    /** Dies at one of its next writes, before or after it took effect. */
    KILL_AT_WRITE,
    /** Dies at a named crash point (rule G1). */
    KILL_AT_POINT,
    /** Dies and starts five times in a row. */
    RESTART_LOOP,
    /** SIGSTOP for up to 10 s. */
    FREEZE,
    /** Two groups that do not hear each other, or of which one does not hear the other. */
    PARTITION,
    /** One node is heard by nobody, but hears. */
    MUTE,
    /** Two nodes do not hear each other; everybody else does. */
    LINK,
    /** A node trains five times slower. */
    SLOW,
    /** The clock of a node runs up to 10 % fast or slow. */
    SKEW,
    /** Writes fail; the process ends at the first, as rule C6 asks, and comes back when there is space. */
    FULL_DISK,
    /** The whole run stops at once, as in a power cut, and comes back. */
    BLACKOUT,
    /** A node starts late, with an empty disk. */
    JOIN,
    /** A node loses its disk, but not its votes, and comes back. */
    WIPE,
    /** A trainer goes for good. */
    LEAVE
}
