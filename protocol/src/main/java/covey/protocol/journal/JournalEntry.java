package covey.protocol.journal;

import covey.protocol.model.Hash;
import covey.protocol.round.PeerInput;

/**
 * One input of a node as its journal has it.
 *
 * @param effects SHA-256 over the effects that it caused, so that replay can compare
 */
public record JournalEntry(Body body, Hash effects) {
    /** What the input was. */
    public sealed interface Body {}

    /** {@link PeerInput.Advanced}, without the state: replay makes it again from the blocks. */
    public record Block(long height, Hash stateHash) implements Body {}

    /** Any other input, in full. */
    public record Input(PeerInput input) implements Body {
        public Input {
            if (input instanceof PeerInput.Advanced) {
                throw new IllegalArgumentException("input: Advanced (expected: as a Block)");
            }
        }
    }
}
