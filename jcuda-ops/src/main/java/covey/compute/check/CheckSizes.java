package covey.compute.check;

import covey.compute.cuda.CudaOps.Products;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Presets;
import java.util.List;

/**
 * How large the checks are.
 *
 * @param rounds the shape whose rounds are compared
 * @param trained the shape that is trained on both kinds of devices
 * @param steps inner steps of that
 * @param timedRound the shape whose end of a round is timed
 * @param copyBytes of a copy
 * @param products [rows, columns, depth] of products to time
 * @param speeds shapes to train, to time that
 */
public record CheckSizes(
        ModelShape rounds,
        ModelShape trained,
        int steps,
        ModelShape timedRound,
        long copyBytes,
        List<int[]> products,
        List<Speed> speeds) {
    /** @param batches tried in this order, until one does not fit or takes long */
    public record Speed(String name, ModelShape shape, Products products, List<Integer> batches) {
        String title() {
            return "tokens " + name + " " + products;
        }
    }

    private static final ModelShape M126 = new ModelShape(32_768, 768, 12, 12, 4, 2048, 2048, false);
    private static final ModelShape B1 = new ModelShape(32_768, 2048, 22, 32, 4, 5632, 2048, false);

    /** For a GPU: the shapes that other software was measured on. */
    public static CheckSizes full() {
        return new CheckSizes(
                Presets.BENCH.shape(),
                Presets.NANO.shape(),
                200,
                M126,
                1L << 30,
                List.of(
                        new int[] {8192, 8192, 8192},
                        new int[] {32_768, 2304, 768},
                        new int[] {32_768, 4096, 768},
                        new int[] {16_384, 11_264, 2048},
                        new int[] {16_384, 2048, 5632},
                        new int[] {16_384, 32_768, 2048}),
                List.of(
                        new Speed("126M", M126, Products.BF16, List.of(1, 4, 16, 32)),
                        new Speed("1.10B", B1, Products.BF16, List.of(1, 4, 8)),
                        new Speed("126M", M126, Products.FP32, List.of(1))));
    }

    /** For kernels that run on the processor: seconds in all. */
    public static CheckSizes small() {
        ModelShape tiny = new ModelShape(64, 64, 1, 2, 2, 64, 8, false);
        return new CheckSizes(
                tiny,
                tiny,
                4,
                tiny,
                1 << 16,
                List.of(new int[] {64, 64, 64}),
                List.of(
                        new Speed("tiny", tiny, Products.BF16, List.of(1, 2)),
                        new Speed("tiny", tiny, Products.FP32, List.of(1))));
    }
}
