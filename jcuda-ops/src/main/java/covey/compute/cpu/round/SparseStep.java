package covey.compute.cpu.round;

import covey.compute.cpu.Crew;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Scale;
import covey.protocol.model.Limits;
import covey.protocol.outer.ClipFactors;
import covey.protocol.outer.Norm;
import covey.protocol.outer.PreparedStep;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.List;

/**
 * The exact outer step for policies that need only the sum and the number of a coordinate's values (rules H6, H7).
 * Threads take stretches of chunks; no two chunks share a parameter.
 */
final class SparseStep {
    /**
     * What a sum is divided by: the sum, times {@code factor}, by n·{@code perValue} + {@code constant} contributions.
     */
    record Divisor(int factor, int perValue, int constant) {}

    private final Crew crew;
    private final Layout layout;
    private final double alpha;
    private final int vectorsFrom;
    private final Lane[] lanes;

    SparseStep(Crew crew, Layout layout, int alphaQ16) {
        this.crew = crew;
        this.layout = layout;
        alpha = alphaQ16 / 65536.0;
        vectorsFrom = Bands.vectorsFrom(layout);
        lanes = new Lane[crew.count()];
        Arrays.setAll(lanes, i -> new Lane());
    }

    /** @param ordered a collect set by hotkey, not empty */
    void apply(float[] theta, List<Engine.Applied> ordered, Divisor divisor) {
        IndexedPlanes[] planes = new IndexedPlanes[ordered.size()];
        crew.run(
                planes.length,
                (lane, i) -> planes[i] = new IndexedPlanes(
                        ContributionReader.planesOf(ordered.get(i).contribution(), layout)));
        Step step = new Step(theta, planes, factors(ordered, planes), divisor);
        int stretches = (layout.chunkCount() - 1) / IndexedPlanes.STRETCH + 1;
        crew.run(stretches, (lane, stretch) -> lanes[lane].apply(step, stretch));
    }

    /** By part, then by contribution: clip factor times trust in 1/65536; −1 where the clip factor is 0. */
    private int[][] factors(List<Engine.Applied> ordered, IndexedPlanes[] planes) {
        int[][] factors = new int[layout.parts().size()][];
        for (int part = 0; part < factors.length; part++) {
            int number = part;
            List<Norm> norms =
                    Arrays.stream(planes).map(one -> one.norms().get(number)).toList();
            factors[part] = ClipFactors.of(norms);
            for (int i = 0; i < planes.length; i++) {
                long clip = factors[part][i];
                factors[part][i] = clip == 0 ? -1 : (int) (clip * ordered.get(i).trustQ16() / Limits.FACTOR_ONE);
            }
        }
        return factors;
    }

    private record Step(float[] theta, IndexedPlanes[] planes, int[][] factors, Divisor divisor) {}

    /** One thread's sums, and where it stands in each contribution. */
    private final class Lane {
        private final SparseSums sums = new SparseSums();
        private long[] values = {};
        private long[] unary = {};

        void apply(Step step, int stretch) {
            start(step.planes, stretch);
            int first = stretch * IndexedPlanes.STRETCH;
            int end = Math.min(layout.chunkCount(), first + IndexedPlanes.STRETCH);
            int part = 0;
            for (int chunk = first; chunk < end; chunk++) {
                while (chunk >= layout.parts().get(part).endChunk()) {
                    part++;
                }
                for (int i = 0; i < step.planes.length; i++) {
                    add(step.planes[i].bytes(), i, chunk, step.factors[part][i]);
                }
                move(step.theta, chunk, step.divisor);
            }
        }

        private void start(IndexedPlanes[] planes, int stretch) {
            if (values.length < planes.length) {
                values = new long[planes.length];
                unary = new long[planes.length];
            }
            for (int i = 0; i < planes.length; i++) {
                values[i] = planes[i].values(stretch);
                unary[i] = planes[i].unary(stretch);
            }
        }

        private void add(PlaneBytes planes, int i, int chunk, int factor) {
            int pattern = planes.scalePattern(chunk);
            if (pattern == 0) {
                return;
            }
            int kept = layout.keptCount(chunk);
            if (factor < 0) {
                unary[i] = planes.afterEnds(unary[i], kept);
            } else {
                long scale = (long) Scale.units(pattern) * factor;
                unary[i] = sums.add(planes, values[i], unary[i], kept, layout.validCount(chunk), scale);
            }
            values[i] += kept;
        }

        private void move(float[] theta, int chunk, Divisor divisor) {
            if (chunk < vectorsFrom) {
                int at = (int) layout.offset(chunk, 0);
                int stride = (int) layout.offset(chunk, Bands.SIDE) - at;
                for (int i = 0; i < sums.size(); i++) {
                    int index = sums.index(i);
                    move(theta, at + index / Bands.SIDE * stride + index % Bands.SIDE, index, divisor);
                }
            } else {
                for (int i = 0; i < sums.size(); i++) {
                    move(theta, (int) layout.offset(chunk, sums.index(i)), sums.index(i), divisor);
                }
            }
            sums.clear();
        }

        private void move(float[] theta, int at, int index, Divisor divisor) {
            int whole = divisor.perValue * sums.count(index) + divisor.constant;
            theta[at] = PreparedStep.moved(theta[at], divisor.factor * sums.sum(index), whole, alpha);
        }
    }
}
