package covey.compute.cpu;

import covey.compute.model.Decoder;
import covey.compute.ops.AdamStep;
import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.ModelShape;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Plain loops until vectors are quicker, then vectors; both have the same bits. Until C2 has compiled it, vector code
 * is a hundred times slower than afterwards, and where several nodes start at once that delays the first round. So the
 * plain loops work for the first ten seconds of kernels, which spares short runs; then a thread of its own tries small
 * steps with both, with pauses, until the vectors win.
 */
final class WarmingOps implements InvocationHandler {
    private static final ModelShape SMALL = new ModelShape(64, 64, 1, 2, 2, 64, 20, true);
    private static final long PAUSE_MS = 40;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final Ops<float[]> plain;
    private final Ops<float[]> vector;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long patienceNs;
    private volatile Ops<float[]> current;
    private long spentNs;
    private boolean started;

    private WarmingOps(int threads, long patienceNs) {
        this.patienceNs = patienceNs;
        plain = new ReferenceOps(threads);
        vector = new VectorOps(threads);
        current = plain;
    }

    /** @param threads at least 1, beside the one that tries */
    static Ops<float[]> start(int threads) {
        return start(threads, PATIENCE_NS);
    }

    /** @param patienceNs for how long plain loops work before vectors are tried */
    @SuppressWarnings("unchecked")
    static Ops<float[]> start(int threads, long patienceNs) {
        WarmingOps ops = new WarmingOps(threads, patienceNs);
        return (Ops<float[]>) Proxy.newProxyInstance(Ops.class.getClassLoader(), new Class<?>[] {Ops.class}, ops);
    }

    /** What stands behind kernels that {@link #start} made. */
    static WarmingOps behind(Ops<float[]> ops) {
        return (WarmingOps) Proxy.getInvocationHandler(ops);
    }

    boolean isWarm() {
        return current instanceof VectorOps;
    }

    /** The threads of the vector kernels, once these are in use. */
    Optional<Crew> crew() {
        return current instanceof VectorOps warm ? Optional.of(warm.crew()) : Optional.empty();
    }

    private void warm() {
        try (Trial slow = new Trial(new ReferenceOps(1));
                Trial quick = new Trial(new VectorOps(1))) {
            do {
                slow.step();
                quick.step();
            } while (quick.step() > slow.step() && !closed.await(PAUSE_MS, TimeUnit.MILLISECONDS));
            current = vector;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All kernels over a small model. */
    private static final class Trial implements AutoCloseable {
        private final Ops<float[]> ops;
        private final Decoder<float[]> decoder;
        private final TensorViews<float[]> theta;
        private final TensorViews<float[]> gradient;
        private final int[] tokens = new int[SMALL.sequence()];

        Trial(Ops<float[]> ops) {
            this.ops = ops;
            decoder = new Decoder<>(ops, SMALL, 1, SMALL.sequence());
            theta = TensorViews.of(SMALL, ops.allocate(SMALL.parameterCount()));
            gradient = TensorViews.of(SMALL, ops.allocate(SMALL.parameterCount()));
        }

        /** Nanoseconds of one. */
        long step() {
            long start = System.nanoTime();
            decoder.lossAndGradient(theta, gradient, tokens, tokens);
            AdamStep step = new AdamStep(0f, 1f, 0.9f, 0.9f, 1e-8f, 1f, 1f, 1f);
            theta.all().forEach(tensor -> {
                ops.squaredNorm(tensor);
                ops.adamW(step, tensor, tensor, tensor, tensor);
            });
            return System.nanoTime() - start;
        }

        @Override
        public void close() {
            ops.close();
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            closed.countDown();
            plain.close();
            vector.close();
            return null;
        }
        long start = System.nanoTime();
        try {
            return method.invoke(current, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            spend(System.nanoTime() - start);
        }
    }

    private void spend(long ns) {
        spentNs += ns;
        if (!started && spentNs >= patienceNs) {
            started = true;
            Thread.ofPlatform().daemon().name("compute-warm").start(this::warm);
        }
    }
}
