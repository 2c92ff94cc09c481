package covey.compute.cuda;

import covey.protocol.contribution.Layout;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A layout's chunks on a device: where the values of each stand in θ. */
final class ChunkMap {
    /** First value, columns of its matrix, number of values. */
    private static final int PLACE_BYTES = Long.BYTES + 2 * Integer.BYTES;

    private final long places;
    private final long positions;

    ChunkMap(Device device, Layout layout) {
        long matrices =
                layout.tensors().stream().filter(ModelShape.Tensor::isMatrix).count();
        boolean vectors = layout.parts().size() > matrices;
        int firstOfVectors = vectors ? layout.parts().getLast().firstChunk() : layout.chunkCount();
        try (Arena arena = Arena.ofConfined()) {
            places = copy(device, places(layout, firstOfVectors, arena));
            positions = copy(device, positions(layout, firstOfVectors, arena));
        }
    }

    private static long copy(Device device, MemorySegment values) {
        long address = device.allocate(values.byteSize());
        device.write(values, address);
        return address;
    }

    /** Of a chunk of vectors, which has no columns, the first value is an index into the positions. */
    private static MemorySegment places(Layout layout, int firstOfVectors, Arena arena) {
        MemorySegment all = arena.allocate((long) PLACE_BYTES * layout.chunkCount(), Long.BYTES);
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            long at = (long) PLACE_BYTES * chunk;
            boolean tile = chunk < firstOfVectors;
            long first = layout.offset(chunk, 0);
            long base = tile ? first : (long) (chunk - firstOfVectors) * Limits.CHUNK_LENGTH;
            long columns = tile ? layout.offset(chunk, Limits.TILE_SIDE) - first : 0;
            all.set(ValueLayout.JAVA_LONG, at, base);
            all.set(ValueLayout.JAVA_INT, at + Long.BYTES, (int) columns);
            all.set(ValueLayout.JAVA_INT, at + Long.BYTES + Integer.BYTES, layout.validCount(chunk));
        }
        return all;
    }

    private static MemorySegment positions(Layout layout, int firstOfVectors, Arena arena) {
        long length = (long) (layout.chunkCount() - firstOfVectors) * Limits.CHUNK_LENGTH;
        MemorySegment all = arena.allocate(Long.BYTES * Math.max(1, length), Long.BYTES);
        for (int chunk = firstOfVectors; chunk < layout.chunkCount(); chunk++) {
            long from = (long) (chunk - firstOfVectors) * Limits.CHUNK_LENGTH;
            for (int i = 0; i < layout.validCount(chunk); i++) {
                all.setAtIndex(ValueLayout.JAVA_LONG, from + i, layout.offset(chunk, i));
            }
        }
        return all;
    }

    /** What kernels take: the places from {@code firstChunk} on, and the positions. */
    Arguments addTo(Arguments arguments, int firstChunk) {
        return arguments.add(places + (long) PLACE_BYTES * firstChunk).add(positions);
    }
}
