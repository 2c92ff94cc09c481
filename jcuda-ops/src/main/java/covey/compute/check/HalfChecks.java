package covey.compute.check;

import covey.compute.cuda.Arguments;
import covey.compute.cuda.CudaOps;
import covey.compute.cuda.Device;
import covey.compute.cuda.DeviceFloats;
import covey.compute.cuda.KernelCall;
import java.util.Locale;

/** Products of bf16 values on tensor cores. Used by the device's thread. */
final class HalfChecks {
    private static final double ERROR_MAX = 1e-5;
    private static final int LAYOUTS = 4;
    private static final int SIDE_MAX = 150;
    private static final int TILE = 64;
    private static final int THREADS = 256;
    private static final int PRODUCT_THREADS = 128;

    private HalfChecks() {}

    /** Values that bf16 has, and where they are in bf16. */
    private record Side(float[] values, long address) {}

    /** Sizes of a product; bit 0 of the layout: a is transposed, bit 1: b is. */
    private record Shape(int rows, int columns, int depth, int layout) {}

    /** All layouts, accumulated to single precision, against sums in double. */
    static Finding products(Device device) {
        double worst = 0;
        for (int layout = 0; layout < LAYOUTS; layout++) {
            try (CudaOps ops = new CudaOps(new DeviceLease(device))) {
                worst = Math.max(worst, error(ops, device, layout));
            }
        }
        return Finding.of("kernel product-bf16", worst < ERROR_MAX, "").with("error", worst);
    }

    private static double error(CudaOps ops, Device device, int layout) {
        Inputs<DeviceFloats> in = new Inputs<>(ops, layout);
        Shape shape = new Shape(in.size(SIDE_MAX), in.size(SIDE_MAX), in.size(SIDE_MAX), layout);
        Side a = side(in, device, shape.rows() * shape.depth());
        Side b = side(in, device, shape.depth() * shape.columns());
        DeviceFloats c = in.poison(shape.rows(), shape.columns()).data();
        multiply(device, a.address(), b.address(), c.address(), shape);
        float[] actual = new float[shape.rows() * shape.columns()];
        ops.read(c, actual);
        return KernelChecks.relativeError(actual, expected(a.values(), b.values(), shape));
    }

    private static Side side(Inputs<DeviceFloats> in, Device device, int length) {
        DeviceFloats exact = in.normal(1, length).data();
        DeviceFloats half = in.ops().allocate((length + 1) / 2);
        convert(device, "to_bf16", exact.address(), half.address(), length);
        convert(device, "from_bf16", half.address(), exact.address(), length);
        float[] values = new float[length];
        in.ops().read(exact, values);
        return new Side(values, half.address());
    }

    private static void convert(Device device, String kernel, long from, long to, int length) {
        Arguments arguments = new Arguments().add(from).add(to).add((long) length);
        int blocks = (length + THREADS - 1) / THREADS;
        device.launch(new KernelCall("elements", kernel, blocks, 1, THREADS, arguments.toArray()));
    }

    private static void multiply(Device device, long a, long b, long c, Shape shape) {
        Arguments arguments = new Arguments().add(a).add(b).add(c);
        arguments.add(shape.rows()).add(shape.columns()).add(shape.depth());
        arguments.add(shape.layout() & 1).add(shape.layout() >> 1).add(0);
        int x = (shape.columns() + TILE - 1) / TILE;
        int y = (shape.rows() + TILE - 1) / TILE;
        device.launch(
                new KernelCall("product_bf16", "product_bf16_to_float", x, y, PRODUCT_THREADS, arguments.toArray()));
    }

    private static float[] expected(float[] a, float[] b, Shape shape) {
        float[] c = new float[shape.rows() * shape.columns()];
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                double sum = 0;
                for (int k = 0; k < shape.depth(); k++) {
                    double left = a[(shape.layout() & 1) != 0 ? k * shape.rows() + i : i * shape.depth() + k];
                    double right = b[shape.layout() >> 1 != 0 ? j * shape.depth() + k : k * shape.columns() + j];
                    sum += left * right;
                }
                c[i * shape.columns() + j] = (float) sum;
            }
        }
        return c;
    }

    /** Operations a second of x · parametersᵀ, as a forward pass has it. */
    static Finding speed(Device device, int rows, int columns, int depth) {
        DeviceLease lease = new DeviceLease(device);
        try (CudaOps ops = new CudaOps(lease)) {
            long a = ops.allocate((long) rows * depth / 2 + 1).address();
            long b = ops.allocate((long) columns * depth / 2 + 1).address();
            long c = ops.allocate((long) rows * columns).address();
            Shape shape = new Shape(rows, columns, depth, 2);
            double seconds = Stopwatch.seconds(lease, () -> multiply(lease, a, b, c, shape));
            String name = String.format(Locale.ROOT, "product-bf16 %d x %d x %d", rows, columns, depth);
            return Finding.of(name, true, "").with("TFLOP/s", 2.0 * rows * columns * depth / seconds / 1e12);
        }
    }
}
