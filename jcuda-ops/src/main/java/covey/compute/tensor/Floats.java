package covey.compute.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Arrays of floats as canonical bytes: 4 bytes little-endian each. */
public final class Floats {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Floats() {}

    public static void write(float[] from, MemorySegment to) {
        MemorySegment.copy(from, 0, to, FLOAT, 0, from.length);
    }

    /** Reads as many values as {@code to} has. */
    public static void read(MemorySegment from, float[] to) {
        MemorySegment.copy(from, FLOAT, 0, to, 0, to.length);
    }
}
