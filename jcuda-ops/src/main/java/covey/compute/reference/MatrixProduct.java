package covey.compute.reference;

import covey.compute.reference.RowPair.Left;

/**
 * c = a · b, or c += that, with packed panels of b. Each element sums 512 products at a time from zero in order of
 * depth, and adds these sums in order. Used by one thread.
 */
public final class MatrixProduct {
    /** Products of a block, which is part of the answer. A panel of b has 512 KiB: the second cache level holds it. */
    public static final int DEPTH = 512;

    private static final int WIDTH = 256;

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
            rows.clear(c.columns());
            rows.add(new Left(a.data(), a.row(i), a.row(next), a.columnStride()), 0, a.columns(), c.columns());
            if (accumulate) {
                rows.addTo(c.data(), c.row(i), c.row(next), c.columns());
            } else {
                rows.store(c.data(), c.row(i), c.row(next), c.columns());
            }
        }
    }
}
