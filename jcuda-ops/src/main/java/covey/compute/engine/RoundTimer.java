package covey.compute.engine;

import covey.compute.cpu.CpuBackend;
import covey.compute.cpu.Crew;
import covey.compute.cpu.round.MemoryPass;
import covey.compute.cpu.round.VectorRound;
import covey.compute.ops.RoundOps;
import covey.compute.reference.ReferenceRound;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Times the end of a round, with vectors and in plain loops, and passes over the same memory on the same threads. Made
 * values: error feedback three times as long as Δ, both normal. Times are in nanoseconds. Used by one thread.
 */
public final class RoundTimer implements AutoCloseable {
    private final CpuBackend.Kernels kernels;
    private final MemoryPass pass;
    private final RoundOps<float[]> vectors;
    private final RoundOps<float[]> plain;
    private final float decay;
    private final float[] firstE;
    private final float[] firstDelta;
    private final float[] e;
    private final float[] delta;

    /**
     * @param threads at least 1; plain loops use one
     * @throws IllegalStateException if this JVM has no vectors
     */
    public RoundTimer(int threads, Layout layout, Genesis.Training training) {
        kernels = CpuBackend.VECTOR.open(threads);
        Crew crew = kernels.crew().get().orElseThrow();
        pass = new MemoryPass(crew);
        vectors = new VectorRound(crew, layout, training);
        plain = new ReferenceRound(layout, training);
        decay = training.errorFeedbackDecay();
        int length = Math.toIntExact(layout.parameterCount());
        firstE = normal(length, 1, 3e-3);
        firstDelta = normal(length, 2, 1e-3);
        e = firstE.clone();
        delta = firstDelta.clone();
    }

    private static float[] normal(int length, long seed, double scale) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    /** What the kernels are called. */
    public String name() {
        return kernels.name();
    }

    private long timed(Runnable work) {
        System.arraycopy(firstE, 0, e, 0, e.length);
        System.arraycopy(firstDelta, 0, delta, 0, delta.length);
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    /** Δ ← β·e + Δ. */
    public long foldPass() {
        return timed(() -> pass.fold(e, delta, decay));
    }

    public long compress() {
        return timed(() -> vectors.compress(e, delta));
    }

    public long compressPlainly() {
        return timed(() -> plain.compress(e, delta));
    }

    /** θ is read and written once. */
    public long scalePass() {
        return timed(() -> pass.scale(e, decay));
    }

    public long apply(List<Engine.Applied> collectSet) {
        return timed(() -> vectors.apply(e, collectSet));
    }

    public long applyPlainly(List<Engine.Applied> collectSet) {
        return timed(() -> plain.apply(e, collectSet));
    }

    /** Whether both kinds of loops lead to the same bytes here. */
    public boolean isSame(List<Engine.Applied> collectSet) {
        timed(() -> vectors.apply(e, collectSet));
        float[] moved = e.clone();
        timed(() -> plain.apply(e, collectSet));
        return Arrays.equals(moved, e);
    }

    /** Planes of made values, of which half are the same for all seeds. */
    public byte[] planes(long seed) {
        float[] own = normal(e.length, 3 + seed, 1e-3);
        return vectors.compress(firstDelta.clone(), own).orElseThrow();
    }

    @Override
    public void close() {
        kernels.ops().close();
    }
}
