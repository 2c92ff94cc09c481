package covey.compute.check;

import covey.compute.cuda.Device;
import covey.compute.cuda.KernelCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A device for one check: counts what the check does, and gives all of its memory back when it is closed, whatever
 * happened. The device itself stays open.
 */
final class DeviceLease implements Device {
    private static final int SHARES_MAX = 8;

    private final Device device;
    private final Map<Long, Long> pieces = new TreeMap<>();
    private final Map<String, Long> kernelNs = new TreeMap<>();
    private long bytes;
    private long peakBytes;
    private long launches;
    private boolean timed;

    DeviceLease(Device device) {
        this.device = device;
    }

    long peakBytes() {
        return peakBytes;
    }

    long launches() {
        return launches;
    }

    /** From now on each kernel is waited for, and its time counted. */
    void timeKernels() {
        kernelNs.clear();
        timed = true;
    }

    /** Nanoseconds of all kernels since {@link #timeKernels}. */
    long totalKernelNs() {
        return kernelNs.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The kernels that took most time since {@link #timeKernels}, with their shares. */
    String shares() {
        double all = totalKernelNs();
        return kernelNs.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(SHARES_MAX)
                .map(kernel -> String.format(Locale.ROOT, "%s %.1f %%", kernel.getKey(), 100 * kernel.getValue() / all))
                .collect(Collectors.joining(", "));
    }

    /** Returns when all that was asked for is done. */
    void await() {
        try (Arena arena = Arena.ofConfined()) {
            long address = pieces.keySet().iterator().next();
            device.read(address, arena.allocate(ValueLayout.JAVA_BYTE));
        }
    }

    @Override
    public long allocate(long size) {
        long address = device.allocate(size);
        pieces.put(address, size);
        bytes += size;
        peakBytes = Math.max(peakBytes, bytes);
        return address;
    }

    @Override
    public void free(long address) {
        Long size = pieces.remove(address);
        bytes -= size == null ? 0 : size;
        device.free(address);
    }

    @Override
    public void clear(long address, long size) {
        device.clear(address, size);
    }

    @Override
    public void write(MemorySegment from, long address) {
        device.write(from, address);
    }

    @Override
    public void read(long address, MemorySegment to) {
        device.read(address, to);
    }

    @Override
    public void copy(long from, long to, long size) {
        device.copy(from, to, size);
    }

    @Override
    public void launch(KernelCall call) {
        launches++;
        if (timed) {
            await();
            long start = System.nanoTime();
            device.launch(call);
            await();
            kernelNs.merge(call.name(), System.nanoTime() - start, Long::sum);
        } else {
            device.launch(call);
        }
    }

    @Override
    public void close() {
        List.copyOf(pieces.keySet()).forEach(this::free);
    }
}
