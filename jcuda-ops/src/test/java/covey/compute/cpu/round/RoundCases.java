package covey.compute.cpu.round;

import covey.protocol.contribution.Layout;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.List;

/** Layouts and values at which a compressor may go wrong. */
final class RoundCases {
    private static final int[] VECTOR_LENGTHS = {1, 31, 32, 63, 95, 96, 200, 4033, 4095, 4096, 4097, 12_288};

    private RoundCases() {}

    /** Bands of 1, 16 and 2 tiles, and a last chunk of each size from one value to a full one. */
    static List<Layout> layouts() {
        List<Layout> all = new ArrayList<>();
        for (int length : VECTOR_LENGTHS) {
            all.add(Layout.of(List.of(
                    new Tensor("v", length / 2 + 1, 1),
                    new Tensor("wide", 64, 1152),
                    new Tensor("tall", 192, 64),
                    new Tensor("w", length - length / 2, 1))));
        }
        all.add(Layout.of(List.of(new Tensor("m", 128, 512))));
        return all;
    }

    static Genesis.Training training(int bits) {
        return Contributions.training(bits);
    }

    /** Values for {@code e} or Δ of a kind that the number chooses. */
    static float[] values(Layout layout, Seed seed, int kind) {
        float[] values = Contributions.values(layout, seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = changed(values[i], seed, kind);
        }
        return values;
    }

    static final int KINDS = 10;

    private static float changed(float x, Seed seed, int kind) {
        return switch (kind) {
            case 0 -> x;
            case 1 -> Math.round(x * 1024) / 1024f;
            case 2 -> 0f;
            case 3 -> x < 0 ? -0.125f : 0.125f;
            case 4 -> x * x * x * 1e6f;
            case 5 -> x * 1e-42f;
            case 6 -> x * 1e36f;
            case 7 -> seed.nextInt(500) == 0 ? x : -0f;
            case 8 -> x * 1e-6f;
            case 9 -> seed.nextInt(300) == 0 ? x * 1e4f : x;
            default -> throw new IllegalArgumentException("kind: " + kind);
        };
    }
}
