package covey.protocol.round;

import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import java.util.List;
import java.util.Optional;

/** What a peer does. Runs after the input that caused it is durable; each is idempotent (rule E1). */
public sealed interface PeerEffect {
    /** Puts a statement on the ledger; repeated until it is certified or of no use any more. */
    record Say(Role role, Statement statement) implements PeerEffect {}

    /** Starts, or widens the holders of, a fetch; ends in {@link PeerInput.Stored}. */
    record Fetch(ContentId content, long lengthBytes, List<Hotkey> holders) implements PeerEffect {
        public Fetch {
            holders = List.copyOf(holders);
        }
    }

    record Cancel(ContentId content) implements PeerEffect {}

    /** Lets others fetch the content from now on (rule D5). */
    record Serve(ContentId content) implements PeerEffect {}

    /** Checks a stored content; ends in {@link PeerInput.Judged}. @param baseRoot θ_r's root, as this node has it */
    record Judge(long round, ContentId contribution, Hotkey owner, ContentId baseRoot) implements PeerEffect {}

    /** Inner steps; ends in {@link PeerInput.Trained}. @param windows B·H window ids in the order of training */
    record Train(long round, List<Long> windows, long appliedRounds) implements PeerEffect {
        public Train {
            windows = List.copyOf(windows);
        }
    }

    /** Ends training before the next inner step once so many are made. @param minimumSteps 0 = at once */
    record StopTraining(long round, int minimumSteps) implements PeerEffect {}

    /**
     * Compresses, signs and records a contribution; ends in {@link PeerInput.Recorded} or {@link PeerInput.NotFinite}.
     *
     * @param windows those trained on, in order
     */
    record Compress(long round, int steps, ContentId baseRoot, List<Long> windows) implements PeerEffect {
        public Compress {
            windows = List.copyOf(windows);
        }
    }

    /**
     * Ends a round here, in this order: fold or give back error feedback (rule E3), apply the collect set, make the
     * settlement record; ends in {@link PeerInput.Settled}.
     *
     * @param collectSet ordered by hotkey; empty leaves θ's bits
     * @param fold whether training of this round was made but never compressed
     * @param giveBack own content that was not applied and comes back in full
     * @param clear whether error feedback becomes zero: 20 rounds without training
     */
    record Settle(long round, List<Selected> collectSet, boolean fold, Optional<ContentId> giveBack, boolean clear)
            implements PeerEffect {
        public Settle {
            collectSet = List.copyOf(collectSet);
        }
    }

    /** @param trustQ16 factor t of rule H7 in 1/65536 */
    record Selected(Hotkey hotkey, ContentId contribution, int trustQ16) {}

    /** Loads θ from a stored checkpoint, whose content id is its root; ends in {@link PeerInput.Loaded}. */
    record Load(long round, ContentId root) implements PeerEffect {}

    /** Stores θ after {@code round} as a content, to serve it as a checkpoint (rule D11). */
    record Keep(long round, ContentId root) implements PeerEffect {}

    /** Forgets a content that nobody may ask for any more (rule D11). */
    record Drop(ContentId content) implements PeerEffect {}

    /** The node must not go on: the line says why and what to do. */
    record Halt(String reason) implements PeerEffect {}
}
