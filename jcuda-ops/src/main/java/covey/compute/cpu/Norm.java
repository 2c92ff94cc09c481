package covey.compute.cpu;

import covey.compute.tensor.Matrix;
import jdk.incubator.vector.FloatVector;

/** Root-mean-square normalization of a row. Used by one thread. */
final class Norm {
    private static final int L = Width.LANES;

    private final LaneSums sums = new LaneSums();
    private float[] scaled = {};

    /** Returns the row's 1 / √(mean(x²) + ε), and sets y. */
    float forward(float[] x, int at, Matrix<float[]> gain, float epsilon, float[] y, int yAt) {
        int count = gain.rows();
        double squares = sums.ofProducts(x, at, x, at, count);
        float factor = (float) (1 / Math.sqrt(squares / count + epsilon));
        float[] g = gain.data();
        int gainAt = (int) gain.offset();
        int i = 0;
        for (; i <= count - L; i += L) {
            Width.load(x, at + i).mul(factor).mul(Width.load(g, gainAt + i)).intoArray(y, yAt + i);
        }
        for (; i < count; i++) {
            y[yAt + i] = x[at + i] * factor * g[gainAt + i];
        }
        return factor;
    }

    /** dx += r · (dy · gain − x · r² · mean(dy · gain · x)) for a row of which r is {@code factor}. */
    void backward(
            Matrix<float[]> x, Matrix<float[]> gain, float factor, Matrix<float[]> dy, Matrix<float[]> dx, int row) {
        int count = gain.rows();
        int at = (int) x.offset() + row * count;
        int dxAt = (int) dx.offset() + row * count;
        scale(dy, (int) dy.offset() + row * count, gain);
        float[] in = x.data();
        float[] d = dx.data();
        double products = sums.ofProducts(scaled, 0, in, at, count);
        float mean = (float) (products / count * factor * factor);
        int i = 0;
        for (; i <= count - L; i += L) {
            FloatVector slope = Width.load(scaled, i).sub(Width.load(in, at + i).mul(mean));
            Width.load(d, dxAt + i).add(slope.mul(factor)).intoArray(d, dxAt + i);
        }
        for (; i < count; i++) {
            d[dxAt + i] += factor * (scaled[i] - in[at + i] * mean);
        }
    }

    private void scale(Matrix<float[]> dy, int at, Matrix<float[]> gain) {
        int count = gain.rows();
        if (scaled.length < count) {
            scaled = new float[count];
        }
        float[] g = gain.data();
        int gainAt = (int) gain.offset();
        float[] d = dy.data();
        int i = 0;
        for (; i <= count - L; i += L) {
            Width.load(d, at + i).mul(Width.load(g, gainAt + i)).intoArray(scaled, i);
        }
        for (; i < count; i++) {
            scaled[i] = d[at + i] * g[gainAt + i];
        }
    }

    /** dGain += Σ over rows of dy · x · r, row after row, for columns {@code from} to {@code to - 1}. */
    static void gainGradient(
            Matrix<float[]> x, Matrix<float[]> inverse, Matrix<float[]> dy, Matrix<float[]> dGain, int from, int to) {
        for (int r = 0; r < x.rows(); r++) {
            int row = r * x.columns();
            float factor = inverse.data()[(int) inverse.offset() + r];
            float[] in = x.data();
            float[] d = dy.data();
            float[] into = dGain.data();
            int at = (int) x.offset() + row;
            int dyAt = (int) dy.offset() + row;
            int intoAt = (int) dGain.offset();
            int i = from;
            for (; i <= to - L; i += L) {
                FloatVector slope =
                        Width.load(d, dyAt + i).mul(Width.load(in, at + i).mul(factor));
                Width.load(into, intoAt + i).add(slope).intoArray(into, intoAt + i);
            }
            for (; i < to; i++) {
                into[intoAt + i] += d[dyAt + i] * (in[at + i] * factor);
            }
        }
    }
}
