package covey.compute.cuda;

import java.lang.foreign.MemorySegment;

/**
 * One GPU with its memory and its queue of work, as the kernels need it. Work is done in the order in which it was
 * asked for. Used by one thread at a time.
 */
public interface Device extends AutoCloseable {
    /**
     * Memory of undefined content, aligned to 256 bytes.
     *
     * @throws DeviceFailure if there is not so much
     */
    long allocate(long bytes);

    void free(long address);

    /** Sets memory to zero bytes. */
    void clear(long address, long bytes);

    /** Returns when {@code from} may change. */
    void write(MemorySegment from, long address);

    /** Returns when {@code to} has the values, and everything asked for before is done. */
    void read(long address, MemorySegment to);

    /** Copies memory of the device to other memory of it. */
    void copy(long from, long to, long bytes);

    void launch(KernelCall call);

    @Override
    void close();
}
