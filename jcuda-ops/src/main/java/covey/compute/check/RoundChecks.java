package covey.compute.check;

import covey.compute.cuda.CudaCompressor;
import covey.compute.cuda.CudaOps;
import covey.compute.cuda.CudaOuterStep;
import covey.compute.cuda.Device;
import covey.compute.cuda.DeviceFloats;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** The end of a round on a device against the core's, byte for byte. Used by the device's thread. */
final class RoundChecks {
    private static final float DECAY = 0.95f;
    private static final int ROUNDS = 3;
    private static final int CONTRIBUTIONS = 3;
    private static final int ALPHA_Q16 = 52_429;

    private RoundChecks() {}

    static float[] normal(Layout layout, long seed, double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    static DeviceFloats onDevice(CudaOps ops, float[] values) {
        DeviceFloats buffer = ops.allocate(values.length);
        ops.write(values, buffer);
        return buffer;
    }

    private static boolean same(CudaOps ops, DeviceFloats buffer, float[] expected) {
        float[] actual = new float[expected.length];
        ops.read(buffer, actual);
        return Arrays.equals(actual, expected);
    }

    /** Planes and error feedback of some rounds. */
    static Finding compressor(Device device, Layout layout, int bits) {
        DeviceLease lease = new DeviceLease(device);
        boolean same = true;
        try (CudaOps ops = new CudaOps(lease)) {
            CudaCompressor compressor = new CudaCompressor(lease, layout, bits, DECAY);
            ReferenceCompressor expected = new ReferenceCompressor(layout, bits, DECAY);
            float[] e = normal(layout, 1, 3e-3);
            DeviceFloats buffer = onDevice(ops, e);
            for (int round = 0; round < ROUNDS; round++) {
                float[] delta = normal(layout, 2 + round, 1e-3);
                expected.accumulate(e, delta);
                compressor.accumulate(buffer, onDevice(ops, delta));
                same &= Arrays.equals(compressor.encode(buffer), expected.encode(e)) && same(ops, buffer, e);
            }
        }
        return Finding.of("compressor, " + bits + " bits", same, same ? "same bytes" : "other bytes");
    }

    /** Contributions of made values. */
    static List<Engine.Applied> contributions(Layout layout, Sealer sealer, int count) {
        ReferenceCompressor compressor = new ReferenceCompressor(layout, 1, DECAY);
        List<Engine.Applied> set = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            set.add(sealer.seal(layout, compressor.encode(normal(layout, 100 + i, 1e-3)), i));
        }
        return set;
    }

    static Finding outerStep(Device device, Layout layout, Sealer sealer, AggregationPolicy policy) {
        List<Engine.Applied> set = contributions(layout, sealer, CONTRIBUTIONS);
        DeviceLease lease = new DeviceLease(device);
        boolean same;
        try (CudaOps ops = new CudaOps(lease)) {
            float[] theta = normal(layout, 3, 1);
            DeviceFloats buffer = onDevice(ops, theta);
            new CudaOuterStep(lease, layout, ALPHA_Q16, policy).apply(buffer, set);
            new OuterStep(layout, ALPHA_Q16, policy).apply(theta, set);
            same = same(ops, buffer, theta);
        }
        return Finding.of("outer step, " + policy, same, same ? "same bytes" : "other bytes");
    }

    /** Two engines, one on the processor, train on the same windows and apply what both contribute. */
    static Finding roots(Device device, TwinRun run, int rounds) {
        int agreed = 0;
        try (Engine cpu = run.cpu().get();
                Engine cuda = run.cuda().apply(new DeviceLease(device))) {
            agreed += cpu.initialize().equals(cuda.initialize()) ? 1 : 0;
            for (int round = 0; round < rounds; round++) {
                List<Engine.Applied> set = List.of(trained(cpu, run, round, 1), trained(cuda, run, round, 2));
                agreed += cpu.apply(set).equals(cuda.apply(set)) ? 1 : 0;
            }
        }
        return Finding.of("state roots", agreed == rounds + 1, agreed + " of " + (rounds + 1) + " agree");
    }

    private static Engine.Applied trained(Engine engine, TwinRun run, int round, int number) {
        int windows =
                run.genesis().training().batch() * run.genesis().training().innerSteps();
        long first = (2L * round + number) * windows;
        engine.train(LongStream.range(first, first + windows).toArray(), round, () -> false, (step, loss, rate) -> {});
        byte[] planes = engine.compress().planes().toArray(ValueLayout.JAVA_BYTE);
        return run.sealer().seal(Layout.of(run.genesis().model()), planes, number);
    }
}
