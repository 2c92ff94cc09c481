package covey.compute.reference;

import covey.compute.tensor.Matrix;

/** A matrix read with any strides, so that a transpose is a view. */
public record Strided(float[] data, int offset, int rows, int columns, int rowStride, int columnStride) {
    public static Strided of(Matrix<float[]> m) {
        return new Strided(m.data(), Math.toIntExact(m.offset()), m.rows(), m.columns(), m.columns(), 1);
    }

    public Strided transposed() {
        return new Strided(data, offset, columns, rows, columnStride, rowStride);
    }

    public Strided rows(int from, int to) {
        return new Strided(data, row(from), to - from, columns, rowStride, columnStride);
    }

    public Strided columns(int from, int to) {
        return new Strided(data, offset + from * columnStride, rows, to - from, rowStride, columnStride);
    }

    public int row(int index) {
        return offset + index * rowStride;
    }
}
