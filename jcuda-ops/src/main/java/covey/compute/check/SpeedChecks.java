package covey.compute.check;

import covey.compute.cpu.CpuBackend;
import covey.compute.cuda.CudaCompressor;
import covey.compute.cuda.CudaOps;
import covey.compute.cuda.CudaOps.Products;
import covey.compute.cuda.CudaOuterStep;
import covey.compute.cuda.Device;
import covey.compute.cuda.DeviceFloats;
import covey.compute.engine.StepTimer;
import covey.compute.ops.Ops;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.model.ModelShape;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.List;

/** Measurements, and training beside the processor. Used by the device's thread. */
final class SpeedChecks {
    /** Dense bf16 operations a second of an H100 or H200, as their maker says. */
    private static final double PEAK = 989e12;

    private static final double LOSS_DIFFERENCE_MAX = 0.01;
    private static final float DECAY = 0.95f;
    private static final int TRAINED_BATCH = 4;
    private static final int CONTRIBUTIONS = 20;
    private static final int TIMED_STEPS = 3;
    private static final double GIB = 1L << 30;

    private SpeedChecks() {}

    private static Genesis.Training training(int batch) {
        return new Genesis.Training(1, batch, 3e-3, 20, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, DECAY, 1 << 16);
    }

    /** The last loss of some inner steps on a device and on the processor. */
    static Finding training(Device device, CheckSizes sizes, Products products, int threads) {
        ModelShape shape = sizes.trained();
        int steps = sizes.steps();
        double[] onDevice = losses(new CudaOps(new DeviceLease(device), products), shape, steps);
        double[] onCpu = losses(CpuBackend.AUTO.open(threads).ops(), shape, steps);
        double last = onDevice[steps - 1];
        double expected = onCpu[steps - 1];
        boolean near = Math.abs(last - expected) <= LOSS_DIFFERENCE_MAX * expected;
        return Finding.of("training " + products, near, Arrays.equals(onDevice, onCpu) ? "same bits" : "other bits")
                .with("steps", steps)
                .with("firstLossNats", onCpu[0])
                .with("lossNats", last)
                .with("processorLossNats", expected);
    }

    private static <B> double[] losses(Ops<B> ops, ModelShape shape, int steps) {
        CountingTokens tokens = new CountingTokens(shape.vocabulary(), shape.sequence());
        try (StepTimer<B> timer = new StepTimer<>(ops, shape, training(TRAINED_BATCH), tokens)) {
            return timer.losses(steps);
        }
    }

    /** Bytes read and written a second. */
    static double copyBytesPerSecond(Device device, long bytes) {
        DeviceLease lease = new DeviceLease(device);
        try (lease) {
            long from = lease.allocate(bytes);
            long to = lease.allocate(bytes);
            lease.clear(from, bytes);
            return 2 * bytes / Stopwatch.seconds(lease, () -> lease.copy(from, to, bytes));
        }
    }

    static Finding copy(Device device, long bytes) {
        return Finding.of("copy", true, "").with("GB/s", copyBytesPerSecond(device, bytes) / 1e9);
    }

    /** Beside a copy: values are read twice and written once, and Δ is read. */
    static Finding compressor(Device device, CheckSizes sizes) {
        Layout layout = Layout.of(sizes.timedRound());
        double copy = copyBytesPerSecond(device, sizes.copyBytes());
        DeviceLease lease = new DeviceLease(device);
        try (CudaOps ops = new CudaOps(lease)) {
            CudaCompressor compressor = new CudaCompressor(lease, layout, 1, DECAY);
            DeviceFloats e = RoundChecks.onDevice(ops, RoundChecks.normal(layout, 1, 3e-3));
            DeviceFloats delta = RoundChecks.onDevice(ops, RoundChecks.normal(layout, 2, 1e-3));
            Runnable round = () -> {
                compressor.accumulate(e, delta);
                compressor.encode(e);
            };
            double whole = Stopwatch.seconds(lease, round);
            lease.timeKernels();
            round.run();
            double kernels = lease.totalKernelNs() / 1e9;
            return perSecond("compressor", 16.0 * layout.parameterCount(), kernels, copy, lease.shares())
                    .with("inputGB/s", 4.0 * layout.parameterCount() / kernels / 1e9)
                    .with("wholeMs", 1e3 * whole);
        }
    }

    /** Beside a copy: θ is read and written once. */
    static Finding outerStep(Device device, CheckSizes sizes, Sealer sealer) {
        Layout layout = Layout.of(sizes.timedRound());
        List<Engine.Applied> set = RoundChecks.contributions(layout, sealer, CONTRIBUTIONS);
        double copy = copyBytesPerSecond(device, sizes.copyBytes());
        DeviceLease lease = new DeviceLease(device);
        try (CudaOps ops = new CudaOps(lease)) {
            CudaOuterStep step = new CudaOuterStep(lease, layout, 1 << 16, AggregationPolicy.CONTRIBUTOR_MEAN);
            DeviceFloats theta = RoundChecks.onDevice(ops, RoundChecks.normal(layout, 1, 1));
            step.apply(theta, set);
            double whole = Stopwatch.seconds(lease, () -> step.apply(theta, set));
            lease.timeKernels();
            step.apply(theta, set);
            double kernels = lease.totalKernelNs() / 1e9;
            return perSecond("outer step", 8.0 * layout.parameterCount(), kernels, copy, "")
                    .with("contributions", set.size())
                    .with("wholeMs", 1e3 * whole);
        }
    }

    private static Finding perSecond(String name, double bytes, double seconds, double copy, String detail) {
        return Finding.of(name + " speed", true, detail)
                .with("GB/s", bytes / seconds / 1e9)
                .with("ratioToCopy", bytes / seconds / copy);
    }

    /** Tokens a second of whole inner steps. */
    static Finding tokens(Device device, String name, CheckSizes.Speed speed, int batch) {
        DeviceLease lease = new DeviceLease(device);
        try (StepTimer<DeviceFloats> timer =
                new StepTimer<>(new CudaOps(lease, speed.products()), speed.shape(), training(batch))) {
            timer.nanoseconds(1);
            long[] times = timer.nanoseconds(TIMED_STEPS);
            Arrays.sort(times);
            double seconds = times[TIMED_STEPS / 2] / 1e9;
            long before = lease.launches();
            lease.timeKernels();
            timer.nanoseconds(1);
            return Finding.of(name, true, lease.shares())
                    .with("tokens/s", timer.tokensPerStep() / seconds)
                    .with("mfu", timer.operationsPerStep() / seconds / PEAK)
                    .with("peakGiB", lease.peakBytes() / GIB)
                    .with("stepMs", 1e3 * seconds)
                    .with("launches", lease.launches() - before);
        }
    }
}
