package covey.compute.cuda;

import covey.compute.tensor.Matrix;
import java.util.Arrays;

/** Arguments of a kernel, in the order of its parameters. */
public final class Arguments {
    private long[] values = new long[16];
    private int count;

    public Arguments add(Matrix<DeviceFloats> matrix) {
        return add(matrix.data().address() + Float.BYTES * matrix.offset());
    }

    /** An address, or a 64-bit integer. */
    public Arguments add(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
        return this;
    }

    public Arguments add(int value) {
        return add((long) value);
    }

    public Arguments add(float value) {
        return add(Float.floatToRawIntBits(value) & 0xFFFF_FFFFL);
    }

    public Arguments add(double value) {
        return add(Double.doubleToRawLongBits(value));
    }

    public long[] toArray() {
        return Arrays.copyOf(values, count);
    }
}
