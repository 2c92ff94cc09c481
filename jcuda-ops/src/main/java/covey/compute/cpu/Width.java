package covey.compute.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this JVM: the processor's widest, or as the system property {@code covey.vectorBits} says. */
public final class Width {
    /** Of floats; constant, or the compiler would make an object of each vector. */
    public static final VectorSpecies<Float> FLOATS = chosen();

    public static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

    /** Values of a vector: 4, 8 or 16. */
    public static final int LANES = FLOATS.length();

    private Width() {}

    private static VectorSpecies<Float> chosen() {
        int widest = Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());
        int bits = Integer.getInteger("covey.vectorBits", widest);
        if (bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("covey.vectorBits: " + bits + " (expected: 128, 256 or 512)");
        }
        return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    public static FloatVector load(float[] data, int at) {
        return FloatVector.fromArray(FLOATS, data, at);
    }

    public static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    public static IntVector all(int value) {
        return IntVector.broadcast(INTS, value);
    }
}
