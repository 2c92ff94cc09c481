package covey.protocol.journal;

import covey.protocol.model.ContentId;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine.Applied;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/**
 * Recomputes outer steps from stored contributions and compares the roots (rule E2). Pure over the contents that it is
 * given; used by one thread.
 */
public final class OuterReplay {
    private static final ValueLayout.OfFloat CANONICAL =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final OuterStep step;
    private final Crypto crypto;
    private final Function<ContentId, Optional<MemorySegment>> contents;

    /** @param contents by id, checked against it again here; empty if it is not kept any more */
    public OuterReplay(OuterStep step, Crypto crypto, Function<ContentId, Optional<MemorySegment>> contents) {
        this.step = step;
        this.crypto = crypto;
        this.contents = contents;
    }

    /** What is known of a sealed round. @param roots that are to be the result: the agreed one, those of the journal */
    public record Sealed(List<Selected> collectSet, List<ContentId> roots) {
        public Sealed {
            collectSet = List.copyOf(collectSet);
            roots = List.copyOf(roots);
        }
    }

    /** What recomputing found. */
    public sealed interface Outcome {}

    public record Equal(long roundCount, ContentId root) implements Outcome {}

    public record Differs(long round, String what) implements Outcome {}

    /**
     * @param theta θ of the oldest kept checkpoint, or θ_0, in canonical order; it is changed
     * @param rounds those after it, without a gap
     */
    public Outcome run(float[] theta, SortedMap<Long, Sealed> rounds) {
        ContentId root = root(theta);
        long before = rounds.isEmpty() ? 0 : rounds.firstKey() - 1;
        for (var entry : rounds.entrySet()) {
            long round = entry.getKey();
            if (round != ++before) {
                return new Differs(before, "round: missing (expected: each since the checkpoint)");
            }
            List<Applied> collectSet = new ArrayList<>();
            Optional<String> wrong = read(entry.getValue().collectSet(), collectSet);
            if (wrong.isPresent()) {
                return new Differs(round, wrong.get());
            }
            if (!collectSet.isEmpty()) {
                step.apply(theta, collectSet);
                root = root(theta);
            }
            for (ContentId expected : entry.getValue().roots()) {
                if (!expected.equals(root)) {
                    return new Differs(round, "state root: " + root + " (expected: " + expected + ")");
                }
            }
        }
        return new Equal(rounds.size(), root);
    }

    /** Reads and checks contents; why one can't be applied, or empty. */
    private Optional<String> read(List<Selected> selected, List<Applied> into) {
        for (Selected s : selected) {
            Optional<MemorySegment> content = contents.apply(s.contribution());
            if (content.isEmpty()) {
                return Optional.of("contribution " + s.contribution() + ": missing (expected: kept)");
            }
            ContentId found = ContentHash.of(content.get(), crypto);
            if (!found.equals(s.contribution())) {
                return Optional.of("contribution " + s.contribution() + ": its bytes are those of " + found);
            }
            into.add(new Applied(s.hotkey(), content.get(), s.trustQ16()));
        }
        return Optional.empty();
    }

    private ContentId root(float[] theta) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(theta.length, Float.BYTES)]);
        MemorySegment.copy(MemorySegment.ofArray(theta), ValueLayout.JAVA_FLOAT, 0, bytes, CANONICAL, 0, theta.length);
        return ContentHash.of(bytes, crypto);
    }
}
