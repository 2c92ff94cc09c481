package covey.compute.cpu;

import covey.compute.tensor.View;
import java.util.Arrays;

/**
 * The right side of products in panels as wide as a tile: of each panel, {@code columns} values for each k, zeros past
 * the last column. Panels may be packed by several threads.
 */
final class PackedRight {
    private final int columns;
    private float[] data = {};
    private final View source = new View();

    /** @param columns of a panel */
    PackedRight(int columns) {
        this.columns = columns;
    }

    /** Takes {@code right} as what is to be packed. */
    void of(View right) {
        source.of(right);
        int length = Math.multiplyExact(panels(right.columns()) * columns, right.rows());
        if (data.length < length) {
            data = new float[length];
        }
    }

    int panels(int width) {
        return (width + columns - 1) / columns;
    }

    /** Packs all panels. */
    void pack() {
        for (int panel = 0; panel < panels(source.columns()); panel++) {
            pack(panel);
        }
    }

    void pack(int panel) {
        int first = panel * columns;
        int count = Math.min(columns, source.columns() - first);
        if (count < columns) {
            int at = at(panel, 0);
            Arrays.fill(data, at, at + source.rows() * columns, 0f);
        }
        if (source.columnStride() == 1) {
            copyRows(panel, first, count);
        } else {
            transpose(panel, first, count);
        }
    }

    private void copyRows(int panel, int first, int count) {
        for (int k = 0; k < source.rows(); k++) {
            System.arraycopy(source.data(), source.row(k) + first, data, at(panel, k), count);
        }
    }

    /** Sixteen at a time along the depth, so that what is read and written stays in the first cache level. */
    private void transpose(int panel, int first, int count) {
        int stride = source.columnStride();
        for (int k = 0; k < source.rows(); k += 16) {
            int end = Math.min(source.rows(), k + 16);
            for (int j = 0; j < count; j++) {
                int from = source.row(k) + (first + j) * stride;
                transpose(source.data(), from, source.rowStride(), at(panel, k) + j, end - k);
            }
        }
    }

    private void transpose(float[] from, int at, int step, int to, int count) {
        float[] into = data;
        int width = columns;
        for (int k = 0; k < count; k++) {
            into[to + k * width] = from[at + k * step];
        }
    }

    float[] data() {
        return data;
    }

    /** Where values of row k of a panel start. */
    int at(int panel, int k) {
        return (panel * source.rows() + k) * columns;
    }
}
