package covey.compute.cpu;

import covey.compute.reference.MatrixProduct;
import covey.compute.tensor.View;

/** out = left · right, or out += that, tile by tile, over a packed right side. Used by one thread. */
final class Product {
    private static final int DEPTH = MatrixProduct.DEPTH;

    private final Tile tile = Tile.make();
    private boolean add;
    /** The left side, tile by tile. */
    private float[] packed = {};

    /** Columns of a panel of the right side. */
    int columns() {
        return tile.columns;
    }

    /** Rows of a tile. */
    int rows() {
        return tile.rows;
    }

    /** As below, with all of {@code right}. */
    void multiply(View left, PackedRight right, View out, boolean accumulate) {
        multiply(left, right, 0, out, accumulate);
    }

    /**
     * Sums end where the depth, counted from the first row of {@code right}, is a multiple of 512.
     *
     * @param from first row of {@code right} to use; as many rows as {@code left} has columns
     * @param out with column stride 1, apart from the others in memory
     */
    void multiply(View left, PackedRight right, int from, View out, boolean accumulate) {
        tile.right = right.data();
        for (int k = 0; k < left.columns(); k += tile.depth) {
            tile.depth = Math.min(DEPTH - (from + k) % DEPTH, left.columns() - k);
            pack(left, k);
            tile.left = packed;
            add = accumulate || k > 0;
            block(right, from + k, out);
        }
    }

    private void block(PackedRight right, int k, View out) {
        for (int panel = 0; panel < right.panels(out.columns()); panel++) {
            tile.rightAt = right.at(panel, k);
            int column = panel * tile.columns;
            int width = Math.min(tile.columns, out.columns() - column);
            for (int row = 0; row < out.rows(); row += tile.rows) {
                tile.leftAt = row * tile.depth;
                tile.run();
                put(out, out.row(row) + column, Math.min(tile.rows, out.rows() - row), width);
            }
        }
    }

    private void put(View out, int at, int height, int width) {
        for (int r = 0; r < height; r++) {
            int from = r * tile.columns;
            int to = at + r * out.rowStride();
            if (add) {
                Elements.add(tile.sums, from, out.data(), to, width);
            } else {
                System.arraycopy(tile.sums, from, out.data(), to, width);
            }
        }
    }

    /** Packs what a tile reads: for each k from {@code k} on, values of as many rows as a tile has. */
    private void pack(View left, int k) {
        int tiles = (left.rows() + tile.rows - 1) / tile.rows;
        if (packed.length < tiles * tile.rows * DEPTH) {
            packed = new float[tiles * tile.rows * DEPTH];
        }
        for (int first = 0; first < left.rows(); first += tile.rows) {
            int count = Math.min(tile.rows, left.rows() - first);
            if (left.columnStride() == 1) {
                packRows(left, first, count, k);
            } else {
                packColumns(left, first, count, k);
            }
        }
    }

    private void packRows(View left, int first, int count, int k) {
        float[] from = left.data();
        float[] into = packed;
        int height = tile.rows;
        int depth = tile.depth;
        for (int r = 0; r < count; r++) {
            int at = left.row(first + r) + k;
            int to = first * depth + r;
            for (int i = 0; i < depth; i++) {
                into[to + i * height] = from[at + i];
            }
        }
    }

    private void packColumns(View left, int first, int count, int k) {
        int step = left.columnStride();
        int at = left.row(first) + k * step;
        int to = first * tile.depth;
        for (int i = 0; i < tile.depth; i++, at += step, to += tile.rows) {
            for (int r = 0; r < count; r++) {
                packed[to + r] = left.data()[at + r * left.rowStride()];
            }
        }
    }
}
