package covey.compute.ops;

import covey.compute.tensor.Floats;
import covey.compute.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Kernels over arrays: what all of them do alike, which is to move values. */
public interface ArrayOps extends Ops<float[]> {
    @Override
    default void write(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    @Override
    default void read(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    @Override
    default void write(MemorySegment from, float[] to) {
        Floats.read(from, to);
    }

    @Override
    default void read(float[] from, MemorySegment to) {
        Floats.write(from, to);
    }

    @Override
    default float[] values(Matrix<float[]> from) {
        int start = Math.toIntExact(from.offset());
        return Arrays.copyOfRange(from.data(), start, start + Math.toIntExact(from.length()));
    }

    @Override
    default void clear(float[] buffer) {
        Arrays.fill(buffer, 0f);
    }

    @Override
    default void copy(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    @Override
    default void difference(float[] from, float[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = from[i] - into[i];
        }
    }
}
