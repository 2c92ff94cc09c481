package covey.compute.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * 8 rows of 2 vectors: 16 sums, which covers the latency of two multipliers. Six rows of 4 would load less for the same
 * work, but C2 stops to inline in so long a method and makes an object of each vector.
 */
final class WideTile extends Tile {
    private static final int L = Width.LANES;

    WideTile() {
        super(8, 2 * L);
    }

    @Override
    void run() {
        FloatVector zero = Width.all(0f);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        FloatVector c60 = zero, c61 = zero;
        FloatVector c70 = zero, c71 = zero;
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
            x = Width.all(a[at + 4]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = Width.all(a[at + 5]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            x = Width.all(a[at + 6]);
            c60 = x.fma(b0, c60);
            c61 = x.fma(b1, c61);
            x = Width.all(a[at + 7]);
            c70 = x.fma(b0, c70);
            c71 = x.fma(b1, c71);
            at += 8;
        }
        store(0 * 2 * L, c00, c01);
        store(1 * 2 * L, c10, c11);
        store(2 * 2 * L, c20, c21);
        store(3 * 2 * L, c30, c31);
        store(4 * 2 * L, c40, c41);
        store(5 * 2 * L, c50, c51);
        store(6 * 2 * L, c60, c61);
        store(7 * 2 * L, c70, c71);
    }

    private void store(int at, FloatVector v0, FloatVector v1) {
        v0.intoArray(sums, at);
        v1.intoArray(sums, at + L);
    }
}
