package covey.compute.cpu;

import covey.compute.reference.MatrixProduct;
import covey.compute.reference.Strided;

/** out = left · right, or out += that, tile by tile, over a packed right side. Used by one thread. */
final class Product {
    private static final int DEPTH = MatrixProduct.DEPTH;

    private final Tile tile = Tile.make();
    private boolean add;
    /** A transposed left side, tile by tile, so that its rows lie side by side. */
    private float[] turned = {};

    /** Columns of a panel of the right side. */
    int columns() {
        return tile.columns;
    }

    /** Rows of a tile. */
    int rows() {
        return tile.rows;
    }

    /** As below, with all of {@code right}. */
    void multiply(Strided left, PackedRight right, Strided out, boolean accumulate) {
        multiply(left, right, 0, out, accumulate);
    }

    /**
     * Sums end where the depth, counted from the first row of {@code right}, is a multiple of 512.
     *
     * @param from first row of {@code right} to use; as many rows as {@code left} has columns
     * @param out with column stride 1, apart from the others in memory
     */
    void multiply(Strided left, PackedRight right, int from, Strided out, boolean accumulate) {
        boolean direct = left.columnStride() == 1;
        tile.leftStep = direct ? 1 : tile.rows;
        tile.right = right.data();
        for (int k = 0; k < left.columns(); k += tile.depth) {
            tile.depth = Math.min(DEPTH - (from + k) % DEPTH, left.columns() - k);
            if (!direct) {
                turn(left, k, tile.depth);
            }
            tile.left = direct ? left.data() : turned;
            add = accumulate || k > 0;
            block(direct ? left.offset() + k : -1, left, right, from + k, out);
        }
    }

    /** @param leftAt of the left side's first value, or −1 if it is turned */
    private void block(int leftAt, Strided left, PackedRight right, int k, Strided out) {
        for (int panel = 0; panel < right.panels(out.columns()); panel++) {
            tile.rightAt = right.at(panel, k);
            int column = panel * tile.columns;
            int width = Math.min(tile.columns, out.columns() - column);
            for (int row = 0; row < out.rows(); row += tile.rows) {
                int height = Math.min(tile.rows, out.rows() - row);
                if (leftAt >= 0) {
                    tile.rowsAt(leftAt + row * left.rowStride(), left.rowStride(), height);
                } else {
                    tile.rowsAt(row * tile.depth, 1, tile.rows);
                }
                tile.run();
                put(out, out.row(row) + column, height, width);
            }
        }
    }

    private void put(Strided out, int at, int height, int width) {
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

    /** Packs rows of a transposed left side: tile by tile, {@code tile.rows} values for each k. */
    private void turn(Strided left, int k, int depth) {
        int tiles = (left.rows() + tile.rows - 1) / tile.rows;
        if (turned.length < tiles * tile.rows * DEPTH) {
            turned = new float[tiles * tile.rows * DEPTH];
        }
        for (int t = 0; t < tiles; t++) {
            int first = t * tile.rows;
            int count = Math.min(tile.rows, left.rows() - first);
            turnTile(left.rows(first, first + count), k, depth, first * depth);
        }
    }

    private void turnTile(Strided left, int k, int depth, int to) {
        float[] from = left.data();
        float[] into = turned;
        int height = tile.rows;
        int step = left.columnStride();
        int at = left.offset() + k * step;
        for (int i = 0; i < depth; i++, at += step, to += height) {
            for (int r = 0; r < left.rows(); r++) {
                into[to + r] = from[at + r * left.rowStride()];
            }
        }
    }
}
