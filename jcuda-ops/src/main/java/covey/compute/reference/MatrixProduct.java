package covey.compute.reference;

import covey.compute.reference.RowPair.Left;

/** c = a · b, or c += that, with packed panels of b. Each element sums in order of depth. Used by one thread. */
final class MatrixProduct {
    /** Panel of b: 512 KiB, so that it stays in the second cache level. */
    private static final int DEPTH = 256;

    private static final int WIDTH = 512;

    private final RowPair rows = new RowPair(DEPTH, WIDTH);

    /** @param c with column stride 1, apart from a and b in memory */
    void multiply(Strided a, Strided b, Strided c, boolean accumulate) {
        for (int column = 0; column < c.columns(); column += WIDTH) {
            int end = Math.min(c.columns(), column + WIDTH);
            for (int k = 0; k < b.rows(); k += DEPTH) {
                int depthEnd = Math.min(b.rows(), k + DEPTH);
                rows.pack(b.rows(k, depthEnd).columns(column, end));
                addPanel(a.columns(k, depthEnd), c.columns(column, end), accumulate || k > 0);
            }
        }
    }

    private void addPanel(Strided a, Strided c, boolean accumulate) {
        for (int i = 0; i < c.rows(); i += 2) {
            int next = Math.min(i + 1, c.rows() - 1);
            if (accumulate) {
                rows.load(c.data(), c.row(i), c.row(next), c.columns());
            } else {
                rows.clear(c.columns());
            }
            rows.add(new Left(a.data(), a.row(i), a.row(next), a.columnStride()), 0, a.columns(), c.columns());
            rows.store(c.data(), c.row(i), c.row(next), c.columns());
        }
    }
}
