package covey.compute.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Arrays of floats as canonical bytes: 4 bytes little-endian each. */
final class Floats {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Floats() {}

    static void write(float[] from, MemorySegment to) {
        MemorySegment.copy(from, 0, to, FLOAT, 0, from.length);
    }

    /** @param name what to call the bytes if they are of the wrong length */
    static void read(String name, MemorySegment from, float[] to) {
        if (from.byteSize() != 4L * to.length) {
            throw new IllegalArgumentException(
                    name + ": " + from.byteSize() + " bytes (expected: " + 4L * to.length + ", the model's size)");
        }
        MemorySegment.copy(from, FLOAT, 0, to, 0, to.length);
    }
}
