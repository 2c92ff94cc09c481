package covey.compute.cpu;

import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import java.util.Optional;

/** Which kernels compute on the processor. All have the same bits; the vector ones are many times faster. */
public enum CpuBackend {
    /** Vectors where the JVM can, as soon as they are compiled; else the plain loops. */
    AUTO,
    /** Vectors from the first step on. */
    VECTOR,
    REFERENCE;

    /**
     * @param name of the kernels that were chosen
     * @param missing why there are no vectors, where they were asked for
     */
    public record Kernels(Ops<float[]> ops, String name, Optional<String> missing) {}

    /**
     * @param threads at least 1
     * @throws IllegalStateException if vectors are required and this JVM has none
     */
    public Kernels open(int threads) {
        return switch (this) {
            case REFERENCE -> new Kernels(new ReferenceOps(threads), "reference", Optional.empty());
            case AUTO -> {
                Optional<String> missing = VectorModule.missing();
                yield missing.isPresent()
                        ? new Kernels(new ReferenceOps(threads), "reference", missing)
                        : new Kernels(WarmingOps.start(threads), vectors(), missing);
            }
            case VECTOR -> {
                VectorModule.missing().ifPresent(why -> {
                    throw new IllegalStateException(
                            "engine backend: vector (expected: one that works here; " + why + ")");
                });
                yield new Kernels(new VectorOps(threads), vectors(), Optional.empty());
            }
        };
    }

    private static String vectors() {
        return "vector, " + 32 * Width.LANES + " bits";
    }
}
