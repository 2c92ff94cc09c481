package covey.compute.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this JVM: the processor's widest, or as the system property {@code covey.vectorBits} says. */
final class Width {
    /** Of floats; constant, or the compiler would make an object of each vector. */
    static final VectorSpecies<Float> FLOATS = chosen();

    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

    /** Values of a vector: 4, 8 or 16. */
    static final int LANES = FLOATS.length();

    private Width() {}

    private static VectorSpecies<Float> chosen() {
        int widest = Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());
        int bits = Integer.getInteger("covey.vectorBits", widest);
        if (bits != 128 && bits != 256 && bits != 512) {
            throw new IllegalArgumentException("covey.vectorBits: " + bits + " (expected: 128, 256 or 512)");
        }
        return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    static FloatVector load(float[] data, int at) {
        return FloatVector.fromArray(FLOATS, data, at);
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    static IntVector all(int value) {
        return IntVector.broadcast(INTS, value);
    }
}
