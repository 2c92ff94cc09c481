package covey.chaos.process;

import java.util.Locale;

/** What may be done to real processes. */
public enum FaultKind {
    /** kill -9, back after up to 5 s. */
    KILL,
    /** SIGSTOP, SIGCONT after up to 12 s. */
    FREEZE,
    /** Three times kill -9 as soon as it runs again. */
    RESTART_LOOP,
    /** kill -9 at a named point of the protocol. */
    CRASH_POINT,
    /** Busy neighbours, two for each core. */
    STARVE,
    /** The folder's file system has no byte left. */
    FULL_DISK,
    /** 12 writes a second, at most. */
    SLOW_DISK,
    /** Cut off from all others, both ways. */
    PARTITION,
    /** Hears all others and is not heard. */
    MUTE,
    /** Is heard and hears nobody. */
    DEAF,
    /** What it sends and gets is late, out of order, and some of it lost, doubled or falsified. */
    ROUGH_LINK,
    /** kill -9, and all but its keys is gone. */
    WIPE,
    /** A new trainer with an empty disk. */
    JOIN;

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
