package covey.compute.cuda;

import covey.compute.tensor.Matrix;
import java.util.Arrays;

/** Arguments of a kernel, in the order of its parameters. */
final class Arguments {
    private long[] values = new long[16];
    private int count;

    Arguments add(Matrix<DeviceFloats> matrix) {
        return add(matrix.data().address() + Float.BYTES * matrix.offset());
    }

    /** An address, or a 64-bit integer. */
    Arguments add(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
        return this;
    }

    Arguments add(int value) {
        return add((long) value);
    }

    Arguments add(float value) {
        return add(Float.floatToRawIntBits(value) & 0xFFFF_FFFFL);
    }

    Arguments add(double value) {
        return add(Double.doubleToRawLongBits(value));
    }

    long[] toArray() {
        return Arrays.copyOf(values, count);
    }
}
