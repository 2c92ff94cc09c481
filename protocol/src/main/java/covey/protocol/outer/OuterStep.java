package covey.protocol.outer;

import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Limits;
import covey.protocol.port.Engine;
import java.util.Comparator;
import java.util.List;

/**
 * The shared update that ends a round (rules H6, H7): θ ← θ − α·G, where G is aggregated in integers and the division
 * and the update are a fixed sequence of IEEE double operations. So θ has the same bits on every replica, whatever
 * the order of the contributions and however chunks are split among threads. Immutable; use from any thread.
 */
public final class OuterStep {
    private final Layout layout;
    private final double alpha;
    private final AggregationPolicy policy;

    /** @param alphaQ16 outer learning rate in 1/65536, above 0 */
    public OuterStep(Layout layout, int alphaQ16, AggregationPolicy policy) {
        if (alphaQ16 <= 0) {
            throw new IllegalArgumentException("alphaQ16: " + alphaQ16 + " (expected: above 0)");
        }
        this.layout = layout;
        this.alpha = alphaQ16 / 65536.0;
        this.policy = policy;
    }

    /** Applies the collect set to θ in canonical order. An empty set leaves θ's bits. */
    public void apply(float[] theta, List<Engine.Applied> collectSet) {
        prepare(collectSet).apply(theta, 0, layout.chunkCount());
    }

    /**
     * Reads all contributions once for their norms. Their memory must stay as it is until the step is applied.
     *
     * @param collectSet contributions that {@link covey.protocol.contribution.ContributionCheck} accepted, of distinct
     *     hotkeys, at most 256, in any order; trust factors 0 to 65536
     */
    public PreparedStep prepare(List<Engine.Applied> collectSet) {
        return new PreparedStep(layout, alpha, policy, ordered(collectSet));
    }

    /** A collect set by hotkey; refused as {@link #prepare} says. */
    public static List<Engine.Applied> ordered(List<Engine.Applied> collectSet) {
        if (collectSet.size() > Limits.COLLECT_MAX_COUNT) {
            throw new IllegalArgumentException(
                    "collect set: " + collectSet.size() + " contributions (expected: at most 256)");
        }
        List<Engine.Applied> ordered = collectSet.stream()
                .sorted(Comparator.comparing(Engine.Applied::hotkey))
                .toList();
        for (int i = 0; i < ordered.size(); i++) {
            requireValid(ordered.get(i));
            if (i > 0 && ordered.get(i).hotkey().equals(ordered.get(i - 1).hotkey())) {
                throw new IllegalArgumentException(
                        "collect set: two contributions of " + ordered.get(i).hotkey() + " (expected: one a hotkey)");
            }
        }
        return ordered;
    }

    private static void requireValid(Engine.Applied applied) {
        if (applied.trustQ16() < 0 || applied.trustQ16() > Limits.FACTOR_ONE) {
            throw new IllegalArgumentException("trustQ16: " + applied.trustQ16() + " (expected: 0 to 65536)");
        }
    }
}
