package covey.protocol.outer;

import covey.protocol.contribution.ChunkCursor;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.DecodedChunk;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Limits;
import covey.protocol.port.Engine;
import java.util.List;

/**
 * An outer step whose clip factors are known. Chunks may be applied in any split, each exactly once; threads may work
 * on disjoint ranges of the same θ at the same time, as no two chunks share a parameter. Immutable.
 */
public final class PreparedStep {
    private static final double SCALE_UNIT = 0x1p-24;

    private final Layout layout;
    private final double alpha;
    private final AggregationPolicy policy;
    private final List<IndexedContribution> contributions;
    // By part, then by contribution.
    private final int[][] clipFactors;
    private final int[] trust;

    PreparedStep(Layout layout, double alpha, AggregationPolicy policy, List<Engine.Applied> ordered) {
        this.layout = layout;
        this.alpha = alpha;
        this.policy = policy;
        contributions = ordered.stream()
                .map(applied -> new IndexedContribution(ContributionReader.planesOf(applied.contribution(), layout)))
                .toList();
        trust = ordered.stream().mapToInt(Engine.Applied::trustQ16).toArray();
        clipFactors = new int[layout.parts().size()][];
        for (int part = 0; part < clipFactors.length; part++) {
            clipFactors[part] = ClipFactors.of(norms(part));
        }
    }

    private List<Norm> norms(int part) {
        return contributions.stream()
                .map(contribution -> contribution.norms().get(part))
                .toList();
    }

    /** Clip factors of a part (rule H7) in 1/65536, in the order of hotkeys. */
    public int[] clipFactors(int part) {
        return clipFactors[part].clone();
    }

    /** Applies chunks {@code fromChunk} to {@code toChunk - 1} to θ in canonical order. */
    public void apply(float[] theta, int fromChunk, int toChunk) {
        if (theta.length != layout.parameterCount()) {
            throw new IllegalArgumentException(
                    "parameters: " + theta.length + " (expected: " + layout.parameterCount() + ")");
        }
        if (contributions.isEmpty() || fromChunk >= toChunk) {
            return;
        }
        new Range(theta, fromChunk).apply(toChunk);
    }

    /** θ' of one coordinate, as rule H6 writes it. */
    public static float moved(float theta, long numerator, int divisor, double alpha) {
        double mean = (double) numerator / (double) ((long) divisor * Limits.FACTOR_ONE);
        double update = mean * alpha * SCALE_UNIT;
        return (float) ((double) theta - update);
    }

    /** One thread's work: a cursor a contribution, and sums of one chunk at a time. */
    private final class Range {
        private final float[] theta;
        private final ChunkCursor[] cursors;
        private final DecodedChunk decoded = new DecodedChunk();
        private final ChunkSums sums;
        private final float[] values = new float[Limits.CHUNK_LENGTH];
        private int chunk;

        Range(float[] theta, int fromChunk) {
            this.theta = theta;
            this.chunk = fromChunk;
            sums = sums();
            cursors = contributions.stream()
                    .map(contribution -> contribution.cursorAt(fromChunk))
                    .toArray(ChunkCursor[]::new);
        }

        void apply(int toChunk) {
            int part = 0;
            for (; chunk < toChunk; chunk++) {
                while (chunk >= layout.parts().get(part).endChunk()) {
                    part++;
                }
                for (int i = 0; i < cursors.length; i++) {
                    IndexedContribution.read(cursors[i], decoded);
                    add(clipFactors[part][i], trust[i]);
                }
                update();
            }
        }

        private void add(int clip, int trustQ16) {
            if (clip == 0) {
                return;
            }
            long scale = decoded.scaleUnits() * ((long) clip * trustQ16 / Limits.FACTOR_ONE);
            for (int i = 0; i < decoded.count(); i++) {
                sums.add(decoded.index(i), scale * decoded.level(i));
            }
        }

        private void update() {
            sums.finish();
            int valid = layout.gather(theta, chunk, values);
            for (int i = 0; i < valid; i++) {
                int divisor = sums.divisor(i);
                if (divisor > 0) {
                    values[i] = moved(values[i], sums.numerator(i), divisor, alpha);
                }
            }
            layout.scatter(values, chunk, theta);
            sums.clear();
        }

        private ChunkSums sums() {
            int size = contributions.size();
            return switch (policy) {
                case CONTRIBUTOR_MEAN -> new PlainSums(1, 1, 0);
                case MEAN -> new PlainSums(1, 0, size);
                case SHRUNK_MEAN -> new PlainSums(2, 2, 1);
                case TRIMMED_MEAN -> new TrimmedSums(size);
                case SIGN_AGREEMENT -> new SignedSums();
            };
        }
    }
}
