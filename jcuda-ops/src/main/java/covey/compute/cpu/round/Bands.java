package covey.compute.cpu.round;

import covey.protocol.contribution.Layout;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of a layout in pieces that one thread takes at a time: up to {@link #TILES} tiles side by side, whose rows
 * are read as runs of memory, or one chunk of the virtual tensor of vectors. Immutable.
 */
final class Bands {
    static final int SIDE = Limits.TILE_SIDE;
    /** Rows of 4 KiB, as memory is slow at half pages, and 512 KiB of two arrays, which a second cache level holds. */
    static final int TILES = 16;

    /**
     * @param chunk the first one
     * @param tiles chunks of the piece; 0 = a chunk of vectors
     * @param at where the first value of a matrix's piece is
     * @param stride columns of that matrix
     */
    record Band(int chunk, int tiles, int at, int stride) {
        boolean isVectors() {
            return tiles == 0;
        }

        int at(int tile) {
            return at + tile * SIDE;
        }
    }

    private Bands() {}

    static List<Band> of(Layout layout) {
        List<Band> bands = new ArrayList<>();
        for (Layout.Part part : layout.parts()) {
            if (part.firstChunk() >= vectorsFrom(layout)) {
                for (int chunk = part.firstChunk(); chunk < part.endChunk(); chunk++) {
                    bands.add(new Band(chunk, 0, 0, 0));
                }
            } else {
                cut(layout, part, bands);
            }
        }
        return List.copyOf(bands);
    }

    /** The first chunk of vectors: they are the last part, if there are any. */
    static int vectorsFrom(Layout layout) {
        boolean matricesOnly = layout.tensors().stream().allMatch(ModelShape.Tensor::isMatrix);
        return matricesOnly ? layout.chunkCount() : layout.parts().getLast().firstChunk();
    }

    private static void cut(Layout layout, Layout.Part part, List<Band> into) {
        int first = part.firstChunk();
        int stride = (int) (layout.offset(first, SIDE) - layout.offset(first, 0));
        int across = stride / SIDE;
        for (int row = first; row < part.endChunk(); row += across) {
            for (int tile = 0; tile < across; tile += TILES) {
                int at = Math.toIntExact(layout.offset(row + tile, 0));
                into.add(new Band(row + tile, Math.min(TILES, across - tile), at, stride));
            }
        }
    }
}
