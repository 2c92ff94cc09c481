package covey.compute.tensor;

/**
 * A matrix in an array, read with any strides, so that a transpose is a view. It is set anew for each use instead of
 * being made anew, as inner steps allocate nothing. Methods change it and return it. Used by one thread, or by several
 * that only read.
 */
public final class View {
    private float[] data = {};
    private int offset;
    private int rows;
    private int columns;
    private int rowStride;
    private int columnStride;

    public View of(Matrix<float[]> m) {
        data = m.data();
        offset = Math.toIntExact(m.offset());
        rows = m.rows();
        columns = m.columns();
        rowStride = columns;
        columnStride = 1;
        return this;
    }

    public View of(View other) {
        data = other.data;
        offset = other.offset;
        rows = other.rows;
        columns = other.columns;
        rowStride = other.rowStride;
        columnStride = other.columnStride;
        return this;
    }

    public View transpose() {
        int count = rows;
        rows = columns;
        columns = count;
        int stride = rowStride;
        rowStride = columnStride;
        columnStride = stride;
        return this;
    }

    /** Rows {@code from} to {@code to - 1}. */
    public View cutRows(int from, int to) {
        offset += from * rowStride;
        rows = to - from;
        return this;
    }

    /** Columns {@code from} to {@code to - 1}. */
    public View cutColumns(int from, int to) {
        offset += from * columnStride;
        columns = to - from;
        return this;
    }

    public float[] data() {
        return data;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    public int rowStride() {
        return rowStride;
    }

    public int columnStride() {
        return columnStride;
    }

    /** Where a row starts. */
    public int row(int index) {
        return offset + index * rowStride;
    }
}
