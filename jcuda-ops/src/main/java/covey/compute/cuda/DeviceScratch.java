package covey.compute.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory of a device for what one kernel reads or returns beside tensors. It grows, and each call reuses it. */
final class DeviceScratch {
    private final Device device;
    private final Piece inputs = new Piece();
    private final Piece results = new Piece();

    DeviceScratch(Device device) {
        this.device = device;
    }

    /** Copies integers to the device; valid until the next call. */
    long write(int[] values) {
        long bytes = (long) Integer.BYTES * values.length;
        try (Arena arena = Arena.ofConfined()) {
            long address = inputs.atLeast(bytes);
            device.write(arena.allocateFrom(ValueLayout.JAVA_INT, values), address);
            return address;
        }
    }

    /** Copies bytes to the device; valid until the next call. */
    long write(MemorySegment values) {
        long address = inputs.atLeast(values.byteSize());
        device.write(values, address);
        return address;
    }

    /** Place for what a kernel returns, of undefined content; valid until the next call. */
    long results(long bytes) {
        return results.atLeast(bytes);
    }

    private final class Piece {
        private long address;
        private long size;

        long atLeast(long bytes) {
            if (bytes > size) {
                if (size > 0) {
                    device.free(address);
                }
                size = 0;
                address = device.allocate(bytes);
                size = bytes;
            }
            return address;
        }
    }
}
