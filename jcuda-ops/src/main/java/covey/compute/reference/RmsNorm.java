package covey.compute.reference;

import covey.compute.tensor.Matrix;

/** Root-mean-square normalization of rows {@code from} to {@code to - 1}. Sums are doubles in order of index. */
final class RmsNorm {
    private RmsNorm() {}

    static void forward(
            Matrix<float[]> x,
            Matrix<float[]> gain,
            float epsilon,
            Matrix<float[]> y,
            Matrix<float[]> inverse,
            int from,
            int to) {
        for (int r = from; r < to; r++) {
            float factor = inverseRoot(x.row(r), epsilon);
            inverse.data()[(int) inverse.offset() + r] = factor;
            normalize(x.row(r), gain, factor, y.row(r));
        }
    }

    private static float inverseRoot(Matrix<float[]> row, float epsilon) {
        double sum = 0;
        int at = (int) row.offset();
        for (int i = at; i < at + row.columns(); i++) {
            sum += (double) row.data()[i] * row.data()[i];
        }
        return (float) (1 / Math.sqrt(sum / row.columns() + epsilon));
    }

    private static void normalize(Matrix<float[]> x, Matrix<float[]> gain, float factor, Matrix<float[]> y) {
        float[] in = x.data();
        float[] out = y.data();
        float[] gains = gain.data();
        int inAt = (int) x.offset();
        int outAt = (int) y.offset();
        int gainAt = (int) gain.offset();
        for (int i = 0; i < x.columns(); i++) {
            out[outAt + i] = in[inAt + i] * factor * gains[gainAt + i];
        }
    }

    /** dGain += Σ over rows of dy · x · r, row after row. */
    static void gainGradient(Matrix<float[]> x, Matrix<float[]> inverse, Matrix<float[]> dy, Matrix<float[]> dGain) {
        float[] into = dGain.data();
        int intoAt = (int) dGain.offset();
        for (int r = 0; r < x.rows(); r++) {
            float factor = inverse.data()[(int) inverse.offset() + r];
            int at = (int) x.row(r).offset();
            int dyAt = (int) dy.row(r).offset();
            for (int i = 0; i < x.columns(); i++) {
                into[intoAt + i] += dy.data()[dyAt + i] * (x.data()[at + i] * factor);
            }
        }
    }

    static void backward(
            Matrix<float[]> x,
            Matrix<float[]> gain,
            Matrix<float[]> inverse,
            Matrix<float[]> dy,
            Matrix<float[]> dx,
            int from,
            int to) {
        for (int r = from; r < to; r++) {
            float factor = inverse.data()[(int) inverse.offset() + r];
            addRow(x.row(r), gain, factor, dy.row(r), dx.row(r));
        }
    }

    /** dx += r · (dy · gain − x · r² · mean(dy · gain · x)). */
    private static void addRow(
            Matrix<float[]> x, Matrix<float[]> gain, float factor, Matrix<float[]> dy, Matrix<float[]> dx) {
        int at = (int) x.offset();
        int gainAt = (int) gain.offset();
        int dyAt = (int) dy.offset();
        int dxAt = (int) dx.offset();
        double sum = 0;
        for (int i = 0; i < x.columns(); i++) {
            sum += (double) (dy.data()[dyAt + i] * gain.data()[gainAt + i]) * x.data()[at + i];
        }
        float mean = (float) (sum / x.columns() * factor * factor);
        for (int i = 0; i < x.columns(); i++) {
            float scaled = dy.data()[dyAt + i] * gain.data()[gainAt + i];
            dx.data()[dxAt + i] += factor * (scaled - x.data()[at + i] * mean);
        }
    }
}
