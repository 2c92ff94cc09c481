package covey.compute.reference;

import covey.compute.tensor.Matrix;

/** Root-mean-square normalization of rows {@code from} to {@code to - 1}. */
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
        LaneSum sum = new LaneSum();
        for (int r = from; r < to; r++) {
            float factor = inverseRoot(x.row(r), epsilon, sum);
            inverse.data()[(int) inverse.offset() + r] = factor;
            normalize(x.row(r), gain, factor, y.row(r));
        }
    }

    private static float inverseRoot(Matrix<float[]> row, float epsilon, LaneSum sum) {
        int at = (int) row.offset();
        double squares = sum.ofProducts(row.data(), at, row.data(), at, row.columns());
        return (float) (1 / Math.sqrt(squares / row.columns() + epsilon));
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
        LaneSum sum = new LaneSum();
        float[] scaled = new float[x.columns()];
        for (int r = from; r < to; r++) {
            float factor = inverse.data()[(int) inverse.offset() + r];
            scale(dy.row(r), gain, scaled);
            addRow(x.row(r), factor, scaled, dx.row(r), sum);
        }
    }

    private static void scale(Matrix<float[]> dy, Matrix<float[]> gain, float[] scaled) {
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = dy.data()[(int) dy.offset() + i] * gain.data()[(int) gain.offset() + i];
        }
    }

    /** dx += r · (dy · gain − x · r² · mean(dy · gain · x)). */
    private static void addRow(Matrix<float[]> x, float factor, float[] scaled, Matrix<float[]> dx, LaneSum sum) {
        int at = (int) x.offset();
        int dxAt = (int) dx.offset();
        double products = sum.ofProducts(scaled, 0, x.data(), at, x.columns());
        float mean = (float) (products / x.columns() * factor * factor);
        for (int i = 0; i < x.columns(); i++) {
            dx.data()[dxAt + i] += factor * (scaled[i] - x.data()[at + i] * mean);
        }
    }
}
