package covey.compute.cuda;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.PlaneWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The compressor on a device, byte for byte as {@link covey.protocol.contribution.ReferenceCompressor} (rules H2, H3):
 * the device chooses values and keeps error feedback, the host writes the planes. Used by the device's thread.
 */
public final class CudaCompressor {
    private static final int THREADS = 256;
    private static final int KEPT_MAX = 64;
    /** Chunks of one launch: their results are 12 MiB. */
    private static final int PIECE_CHUNKS = 1 << 16;

    private static final int CHUNK_BYTES = Short.BYTES + KEPT_MAX * (Short.BYTES + Byte.BYTES);

    private final Device device;
    private final DeviceScratch scratch;
    private final ChunkMap map;
    private final Layout layout;
    private final int bits;
    private final float decay;

    /**
     * @param bits 1 or 2
     * @param decay β of error feedback, 0 to 1
     */
    public CudaCompressor(Device device, Layout layout, int bits, float decay) {
        this.device = device;
        this.layout = layout;
        this.bits = bits;
        this.decay = decay;
        scratch = new DeviceScratch(device);
        map = new ChunkMap(device, layout);
    }

    /**
     * e ← fl32(fl32(β·e) + Δ). If any value of the result is not finite, e keeps all its values.
     *
     * @return whether e was changed
     */
    public boolean accumulate(DeviceFloats e, DeviceFloats delta) {
        int blocks = Math.toIntExact((e.length() + THREADS - 1) / THREADS);
        long flag = scratch.results(Integer.BYTES);
        device.clear(flag, Integer.BYTES);
        launch("feedback_is_finite", blocks, feedback(e, delta).add(flag));
        if (isSet(flag)) {
            return false;
        }
        launch("feedback", blocks, feedback(e, delta));
        return true;
    }

    private Arguments feedback(DeviceFloats e, DeviceFloats delta) {
        return new Arguments().add(e.address()).add(delta.address()).add(decay).add(e.length());
    }

    private boolean isSet(long flag) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            device.read(flag, value);
            return value.get(ValueLayout.JAVA_INT, 0) != 0;
        }
    }

    /** Encodes e's largest values and subtracts from e what was encoded. e must be finite. Returns the planes. */
    public byte[] encode(DeviceFloats e) {
        PlaneWriter out = new PlaneWriter(layout.chunkCount(), bits);
        for (int from = 0; from < layout.chunkCount(); from += PIECE_CHUNKS) {
            encode(e, from, Math.min(layout.chunkCount(), from + PIECE_CHUNKS), out);
        }
        return out.toByteArray();
    }

    private void encode(DeviceFloats e, int from, int to, PlaneWriter out) {
        int count = to - from;
        long bytes = (long) CHUNK_BYTES * count;
        long scales = scratch.results(bytes);
        long indices = scales + (long) Short.BYTES * count;
        long levels = indices + (long) Short.BYTES * KEPT_MAX * count;
        Arguments arguments = map.addTo(new Arguments().add(e.address()), from);
        launch("compress", count, arguments.add(bits).add(scales).add(indices).add(levels));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment results = arena.allocate(bytes, Short.BYTES);
            device.read(scales, results);
            for (int i = 0; i < count; i++) {
                write(results, i, count, from + i, out);
            }
        }
    }

    /** Chunk i of a piece of {@code count}. */
    private void write(MemorySegment results, int i, int count, int chunk, PlaneWriter out) {
        int pattern = Short.toUnsignedInt(results.getAtIndex(ValueLayout.JAVA_SHORT, i));
        out.scale(chunk, pattern);
        if (pattern == 0) {
            return;
        }
        long first = (long) KEPT_MAX * i;
        long levelsAt = (long) Short.BYTES * (1 + KEPT_MAX) * count;
        int before = -1;
        for (long at = first; at < first + layout.keptCount(chunk); at++) {
            int index = Short.toUnsignedInt(results.getAtIndex(ValueLayout.JAVA_SHORT, count + at));
            out.value(index - before - 1, results.get(ValueLayout.JAVA_BYTE, levelsAt + at));
            before = index;
        }
    }

    private void launch(String kernel, int blocks, Arguments arguments) {
        device.launch(new KernelCall("compress", kernel, blocks, 1, THREADS, arguments.toArray()));
    }
}
