package covey.compute.cpu;

import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import java.util.Optional;
import java.util.function.Supplier;

/** Which kernels compute on the processor. All have the same bits; the vector ones are many times faster. */
public enum CpuBackend {
    /** Vectors where the JVM can, as soon as they are compiled; else the plain loops. */
    AUTO,
    /** Vectors from the first step on. */
    VECTOR,
    REFERENCE;

    /**
     * @param crew the threads of the vector kernels once these are in use, for other kernels of the same caller
     * @param name of the kernels that were chosen
     * @param missing why there are no vectors, where they were asked for
     */
    public record Kernels(Ops<float[]> ops, Supplier<Optional<Crew>> crew, String name, Optional<String> missing) {}

    /**
     * @param threads at least 1
     * @throws IllegalStateException if vectors are required and this JVM has none
     */
    public Kernels open(int threads) {
        return switch (this) {
            case REFERENCE -> plain(threads, Optional.empty());
            case AUTO -> {
                Optional<String> missing = VectorModule.missing();
                yield missing.isPresent() ? plain(threads, missing) : warming(threads);
            }
            case VECTOR -> {
                VectorModule.missing().ifPresent(why -> {
                    throw new IllegalStateException(
                            "engine backend: vector (expected: one that works here; " + why + ")");
                });
                VectorOps ops = new VectorOps(threads);
                yield new Kernels(ops, () -> Optional.of(ops.crew()), vectors(), Optional.empty());
            }
        };
    }

    private static Kernels plain(int threads, Optional<String> missing) {
        return new Kernels(new ReferenceOps(threads), Optional::empty, "reference", missing);
    }

    private static Kernels warming(int threads) {
        Ops<float[]> ops = WarmingOps.start(threads);
        return new Kernels(ops, WarmingOps.behind(ops)::crew, vectors(), Optional.empty());
    }

    private static String vectors() {
        return "vector, " + 32 * Width.LANES + " bits";
    }
}
