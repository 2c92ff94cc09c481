package covey.chaos.sim;

import covey.protocol.ballot.BallotEffect;
import covey.protocol.round.PeerEffect;
import java.util.List;

/** Errors planted on purpose, to see that the checkers find them. */
enum Bug {
    NONE,
    /** Writes come back before they are on the disk. */
    NO_FSYNC;

    List<PeerEffect> effects(List<PeerEffect> effects, Seed seed) {
        return effects;
    }

    List<BallotEffect> ballots(List<BallotEffect> effects) {
        return effects;
    }
}
