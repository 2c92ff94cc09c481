package covey.compute.reference;

import java.util.Arrays;

/**
 * Two rows of a product at a time: {@code row[j] += a[k] · panel[k][j]}, in order of k, by fused multiply-adds. So an
 * element is the same number however the work is cut. The loops run over whole arrays from index 0,
 * which is what the compiler can turn into vector code.
 */
final class RowPair {
    private static final int UNROLL = 4;

    final float[] first;
    final float[] second;
    private final float[][] panel;

    RowPair(int depth, int width) {
        first = new float[width];
        second = new float[width];
        panel = new float[depth][width];
    }

    int depth() {
        return panel.length;
    }

    int width() {
        return first.length;
    }

    /** Copies all of {@code right}, at most depth × width, to the panel. */
    void pack(Strided right) {
        for (int k = 0; k < right.rows(); k++) {
            int at = right.row(k);
            if (right.columnStride() == 1) {
                System.arraycopy(right.data(), at, panel[k], 0, right.columns());
            } else {
                gather(right, at, panel[k]);
            }
        }
    }

    private static void gather(Strided right, int at, float[] into) {
        float[] data = right.data();
        int stride = right.columnStride();
        for (int j = 0; j < right.columns(); j++) {
            into[j] = data[at + j * stride];
        }
    }

    void clear(int columns) {
        Arrays.fill(first, 0, columns, 0f);
        Arrays.fill(second, 0, columns, 0f);
    }

    /** Adds both rows to what is there; of a pair that is one row twice, once. */
    void addTo(float[] into, int firstAt, int secondAt, int columns) {
        addTo(into, firstAt, first, columns);
        if (secondAt != firstAt) {
            addTo(into, secondAt, second, columns);
        }
    }

    private static void addTo(float[] into, int at, float[] row, int columns) {
        for (int j = 0; j < columns; j++) {
            into[at + j] += row[j];
        }
    }

    /** Stores the second row first, so that a pair may be one row twice. */
    void store(float[] into, int firstAt, int secondAt, int columns) {
        System.arraycopy(second, 0, into, secondAt, columns);
        System.arraycopy(first, 0, into, firstAt, columns);
    }

    /** Left-hand sides of a pair: values {@code data[at + k · stride]}. */
    record Left(float[] data, int firstAt, int secondAt, int stride) {}

    /** Adds panel rows {@code from} to {@code to - 1}; left values count from k = 0. */
    void add(Left left, int from, int to, int columns) {
        int k = from;
        for (; k + UNROLL <= to; k += UNROLL) {
            addFour(left, k, columns);
        }
        for (; k < to; k++) {
            addOne(left, k, columns);
        }
    }

    private void addFour(Left left, int k, int columns) {
        float[] a = left.data;
        int s = left.stride;
        int p = left.firstAt + k * s;
        int q = left.secondAt + k * s;
        addFour(
                panel,
                k,
                columns,
                first,
                second,
                new Factors(a[p], a[p + s], a[p + 2 * s], a[p + 3 * s]),
                new Factors(a[q], a[q + s], a[q + 2 * s], a[q + 3 * s]));
    }

    private record Factors(float a, float b, float c, float d) {}

    private static void addFour(
            float[][] panel, int k, int columns, float[] first, float[] second, Factors p, Factors q) {
        float[] b0 = panel[k];
        float[] b1 = panel[k + 1];
        float[] b2 = panel[k + 2];
        float[] b3 = panel[k + 3];
        float p0 = p.a;
        float p1 = p.b;
        float p2 = p.c;
        float p3 = p.d;
        float q0 = q.a;
        float q1 = q.b;
        float q2 = q.c;
        float q3 = q.d;
        for (int j = 0; j < columns; j++) {
            float x0 = b0[j];
            float x1 = b1[j];
            float x2 = b2[j];
            float x3 = b3[j];
            first[j] = Math.fma(p3, x3, Math.fma(p2, x2, Math.fma(p1, x1, Math.fma(p0, x0, first[j]))));
            second[j] = Math.fma(q3, x3, Math.fma(q2, x2, Math.fma(q1, x1, Math.fma(q0, x0, second[j]))));
        }
    }

    private void addOne(Left left, int k, int columns) {
        float p = left.data[left.firstAt + k * left.stride];
        float q = left.data[left.secondAt + k * left.stride];
        float[] b = panel[k];
        float[] c0 = first;
        float[] c1 = second;
        for (int j = 0; j < columns; j++) {
            c0[j] = Math.fma(p, b[j], c0[j]);
            c1[j] = Math.fma(q, b[j], c1[j]);
        }
    }
}
