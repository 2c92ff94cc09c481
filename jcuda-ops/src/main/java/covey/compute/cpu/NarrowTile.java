package covey.compute.cpu;

import jdk.incubator.vector.FloatVector;

/** 4 rows of 2 vectors: 8 sums, 2 vectors of the right side and one of the left fill 11 of 16 registers. */
final class NarrowTile extends Tile {
    private static final int L = Width.LANES;

    NarrowTile() {
        super(4, 2 * L);
    }

    @Override
    void run() {
        FloatVector zero = Width.all(0f);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        float[] a = left;
        float[] b = right;
        int end = rightAt + depth * 2 * L;

        int at = leftAt;
        for (int q = rightAt; q < end; q += 2 * L) {
            FloatVector b0 = Width.load(b, q);
            FloatVector b1 = Width.load(b, q + L);
            FloatVector x = Width.all(a[at]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = Width.all(a[at + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = Width.all(a[at + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = Width.all(a[at + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            at += 4;
        }
        store(0 * 2 * L, c00, c01);
        store(1 * 2 * L, c10, c11);
        store(2 * 2 * L, c20, c21);
        store(3 * 2 * L, c30, c31);
    }

    private void store(int at, FloatVector v0, FloatVector v1) {
        v0.intoArray(sums, at);
        v1.intoArray(sums, at + L);
    }
}
