package covey.compute.reference;

import covey.compute.tensor.Matrix;

/** A matrix read with any strides, so that a transpose is a view. */
record Strided(float[] data, int offset, int rows, int columns, int rowStride, int columnStride) {
    static Strided of(Matrix<float[]> m) {
        return new Strided(m.data(), Math.toIntExact(m.offset()), m.rows(), m.columns(), m.columns(), 1);
    }

    Strided transposed() {
        return new Strided(data, offset, columns, rows, columnStride, rowStride);
    }

    Strided rows(int from, int to) {
        return new Strided(data, row(from), to - from, columns, rowStride, columnStride);
    }

    Strided columns(int from, int to) {
        return new Strided(data, offset + from * columnStride, rows, to - from, rowStride, columnStride);
    }

    int row(int index) {
        return offset + index * rowStride;
    }
}
