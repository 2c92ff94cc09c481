package covey.compute.cuda;

import covey.protocol.outer.TrialStep;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves single values of a device's buffer: each becomes itself less a double, rounded once to float. Gathers moves,
 * and hands them over when they are many and at the end. Two moves of one value may not follow each other.
 */
public final class DeviceMoves implements TrialStep.Moves, AutoCloseable {
    private static final int THREADS = 256;
    private static final int GATHERED_MAX = 1 << 20;
    private static final long MOVE_BYTES = Long.BYTES + Double.BYTES;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment positions = arena.allocate(MOVE_BYTES * GATHERED_MAX, Long.BYTES);
    private final MemorySegment amounts = positions.asSlice((long) Long.BYTES * GATHERED_MAX);
    private final Device device;
    private final DeviceFloats buffer;
    private final long address;
    private int count;

    public DeviceMoves(Device device, DeviceFloats buffer) {
        this.device = device;
        this.buffer = buffer;
        address = device.allocate(positions.byteSize());
    }

    @Override
    public void move(long position, double by) {
        positions.setAtIndex(ValueLayout.JAVA_LONG, count, position);
        amounts.setAtIndex(ValueLayout.JAVA_DOUBLE, count++, by);
        if (count == GATHERED_MAX) {
            handOver();
        }
    }

    private void handOver() {
        if (count == 0) {
            return;
        }
        device.write(positions, address);
        Arguments arguments = new Arguments().add(buffer.address()).add(address);
        arguments.add(address + (long) Long.BYTES * GATHERED_MAX).add((long) count);
        device.launch(new KernelCall(
                "compress", "move_values", (count + THREADS - 1) / THREADS, 1, THREADS, arguments.toArray()));
        count = 0;
    }

    /** Makes the rest of the moves. */
    @Override
    public void close() {
        handOver();
        device.free(address);
        arena.close();
    }
}
