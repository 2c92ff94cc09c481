package covey.protocol.outer;

import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Limits;
import covey.protocol.port.Engine;

/**
 * One contribution's trial step from a θ (rule J1): θ − step·f·v, coordinate by coordinate in doubles, rounded once to
 * float. So a score has the same bits on all references.
 */
public final class TrialStep {
    private static final double UNIT = 0x1p-24;

    private TrialStep() {}

    /** Takes what a step moves. */
    @FunctionalInterface
    public interface Moves {
        /** The value at {@code position} becomes itself − {@code by}, in double, rounded once. */
        void move(long position, double by);
    }

    /** @param theta in canonical order; moved */
    public static void apply(Layout layout, Engine.Trial trial, float[] theta) {
        visit(layout, trial, (position, by) -> theta[(int) position] = (float) (theta[(int) position] - by));
    }

    /** What a step moves, each position once. */
    public static void visit(Layout layout, Engine.Trial trial, Moves moves) {
        double[] factors = trial.clipQ16().stream()
                .mapToDouble(f -> f / (double) Limits.FACTOR_ONE * trial.step() * UNIT)
                .toArray();
        if (factors.length != layout.parts().size()) {
            throw new IllegalArgumentException("clip factors: " + factors.length + " (expected: "
                    + layout.parts().size() + ", one a part)");
        }
        int[] part = {0};
        ContributionReader.planesOf(trial.contribution(), layout).visit(chunk -> {
            while (chunk.chunk() >= layout.parts().get(part[0]).endChunk()) {
                part[0]++;
            }
            double unit = chunk.scaleUnits() * factors[part[0]];
            for (int i = 0; i < chunk.count(); i++) {
                moves.move(layout.offset(chunk.chunk(), chunk.index(i)), chunk.level(i) * unit);
            }
        });
    }
}
