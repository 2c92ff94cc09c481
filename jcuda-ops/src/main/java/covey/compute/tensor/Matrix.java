package covey.compute.tensor;

/**
 * A row-major view of {@code rows × columns} values that lie in {@code data} from {@code offset} without gaps.
 *
 * @param <B> a backend's buffer
 */
public record Matrix<B>(B data, long offset, int rows, int columns) {
    public long length() {
        return (long) rows * columns;
    }

    /** The first {@code count} rows. */
    public Matrix<B> first(int count) {
        if (count < 0 || count > rows) {
            throw new IndexOutOfBoundsException("rows: " + count + " (expected: 0 to " + rows + ")");
        }
        return new Matrix<>(data, offset, count, columns);
    }

    /** One row, as a matrix. */
    public Matrix<B> row(int index) {
        if (index < 0 || index >= rows) {
            throw new IndexOutOfBoundsException("row: " + index + " (expected: 0 to " + (rows - 1) + ")");
        }
        return new Matrix<>(data, offset + (long) index * columns, 1, columns);
    }
}
