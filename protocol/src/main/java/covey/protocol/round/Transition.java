package covey.protocol.round;

import java.util.List;

/** What a peer becomes and what it does after an input. */
public record Transition(PeerState next, List<PeerEffect> effects) {
    public Transition {
        effects = List.copyOf(effects);
    }
}
