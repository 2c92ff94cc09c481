package covey.compute.ops;

import covey.compute.tensor.Floats;
import covey.compute.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The kernels written down once more, as the formulas read, in double and without any care for speed: the oracle. */
public final class DoubleOps implements Ops<double[]> {
    private static double at(Matrix<double[]> m, int row, int column) {
        return m.data()[index(m, row, column)];
    }

    private static int index(Matrix<double[]> m, int row, int column) {
        return (int) m.offset() + row * m.columns() + column;
    }

    private static void set(Matrix<double[]> m, int row, int column, double value) {
        m.data()[index(m, row, column)] = value;
    }

    private static void plus(Matrix<double[]> m, int row, int column, double value) {
        m.data()[index(m, row, column)] += value;
    }

    private static void zero(Matrix<double[]> m) {
        Arrays.fill(m.data(), (int) m.offset(), (int) (m.offset() + m.length()), 0);
    }

    @Override
    public double[] allocate(long length) {
        return new double[(int) length];
    }

    @Override
    public void write(float[] from, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i];
        }
    }

    @Override
    public void read(double[] from, float[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i] = (float) from[i];
        }
    }

    @Override
    public void write(MemorySegment from, double[] to) {
        float[] values = new float[to.length];
        Floats.read(from, values);
        write(values, to);
    }

    @Override
    public void read(double[] from, MemorySegment to) {
        float[] values = new float[from.length];
        read(from, values);
        Floats.write(values, to);
    }

    @Override
    public float[] values(Matrix<double[]> from) {
        float[] values = new float[(int) from.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) from.data()[(int) from.offset() + i];
        }
        return values;
    }

    @Override
    public void copy(double[] from, double[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    @Override
    public void difference(double[] from, double[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = from[i] - into[i];
        }
    }

    @Override
    public void clear(double[] buffer) {
        Arrays.fill(buffer, 0);
    }

    @Override
    public void add(Matrix<double[]> from, Matrix<double[]> into) {
        for (int i = 0; i < from.length(); i++) {
            into.data()[(int) into.offset() + i] += from.data()[(int) from.offset() + i];
        }
    }

    @Override
    public void linear(Matrix<double[]> x, Matrix<double[]> parameters, Matrix<double[]> y) {
        for (int m = 0; m < x.rows(); m++) {
            for (int o = 0; o < parameters.rows(); o++) {
                double sum = 0;
                for (int i = 0; i < x.columns(); i++) {
                    sum += at(x, m, i) * at(parameters, o, i);
                }
                set(y, m, o, sum);
            }
        }
    }

    @Override
    public void linearInputGradient(
            Matrix<double[]> dy, Matrix<double[]> parameters, Matrix<double[]> dx, boolean accumulate) {
        for (int m = 0; m < dx.rows(); m++) {
            for (int i = 0; i < dx.columns(); i++) {
                double sum = accumulate ? at(dx, m, i) : 0;
                for (int o = 0; o < parameters.rows(); o++) {
                    sum += at(dy, m, o) * at(parameters, o, i);
                }
                set(dx, m, i, sum);
            }
        }
    }

    @Override
    public void linearParameterGradient(Matrix<double[]> dy, Matrix<double[]> x, Matrix<double[]> dParameters) {
        for (int m = 0; m < x.rows(); m++) {
            for (int o = 0; o < dParameters.rows(); o++) {
                for (int i = 0; i < dParameters.columns(); i++) {
                    plus(dParameters, o, i, at(dy, m, o) * at(x, m, i));
                }
            }
        }
    }

    @Override
    public void embed(int[] tokens, Matrix<double[]> table, Matrix<double[]> out) {
        for (int r = 0; r < out.rows(); r++) {
            for (int i = 0; i < out.columns(); i++) {
                set(out, r, i, at(table, tokens[r], i));
            }
        }
    }

    @Override
    public void embedGradient(int[] tokens, Matrix<double[]> dOut, Matrix<double[]> dTable) {
        for (int r = 0; r < dOut.rows(); r++) {
            for (int i = 0; i < dOut.columns(); i++) {
                plus(dTable, tokens[r], i, at(dOut, r, i));
            }
        }
    }

    @Override
    public void rmsNorm(
            Matrix<double[]> x, Matrix<double[]> gain, float epsilon, Matrix<double[]> y, Matrix<double[]> inverse) {
        for (int r = 0; r < x.rows(); r++) {
            double squares = 0;
            for (int i = 0; i < x.columns(); i++) {
                squares += at(x, r, i) * at(x, r, i);
            }
            double factor = 1 / Math.sqrt(squares / x.columns() + epsilon);
            set(inverse, r, 0, factor);
            for (int i = 0; i < x.columns(); i++) {
                set(y, r, i, at(x, r, i) * factor * at(gain, i, 0));
            }
        }
    }

    @Override
    public void rmsNormGradient(
            Matrix<double[]> x,
            Matrix<double[]> gain,
            Matrix<double[]> inverse,
            Matrix<double[]> dy,
            Matrix<double[]> dx,
            Matrix<double[]> dGain) {
        for (int r = 0; r < x.rows(); r++) {
            double factor = at(inverse, r, 0);
            double dot = 0;
            for (int i = 0; i < x.columns(); i++) {
                dot += at(dy, r, i) * at(gain, i, 0) * at(x, r, i);
                plus(dGain, i, 0, at(dy, r, i) * at(x, r, i) * factor);
            }
            for (int i = 0; i < x.columns(); i++) {
                double direct = factor * at(dy, r, i) * at(gain, i, 0);
                plus(dx, r, i, direct - at(x, r, i) * Math.pow(factor, 3) * dot / x.columns());
            }
        }
    }

    @Override
    public void rotate(Matrix<double[]> x, Matrix<double[]> table, int sequence, boolean back) {
        int size = table.columns();
        for (int r = 0; r < x.rows(); r++) {
            for (int column = 0; column < x.columns(); column++) {
                int i = column % size;
                if (i < size / 2) {
                    double cos = at(table, r % sequence, i);
                    double sin = at(table, r % sequence, size / 2 + i) * (back ? -1 : 1);
                    double a = at(x, r, column);
                    double b = at(x, r, column + size / 2);
                    set(x, r, column, a * cos - b * sin);
                    set(x, r, column + size / 2, a * sin + b * cos);
                }
            }
        }
    }

    /** Calls back for each head and each pair of positions with to ≤ from. */
    private interface Pair {
        void at(int head, int from, int to);
    }

    private static void eachPair(Attention<double[]> t, Pair pair) {
        int sequence = t.shape().sequence();
        for (int row = 0; row < t.query().rows(); row++) {
            for (int head = 0; head < t.shape().heads(); head++) {
                for (int to = row - row % sequence; to <= row; to++) {
                    pair.at(head, row, to);
                }
            }
        }
    }

    private static int square(Attention<double[]> t, int head, int row) {
        int sequence = t.shape().sequence();
        return (row / sequence * t.shape().heads() + head) * sequence + row % sequence;
    }

    @Override
    public void attention(Attention<double[]> t) {
        int size = t.shape().headSize();
        int sequence = t.shape().sequence();
        zero(t.probabilities());
        zero(t.out());
        eachPair(t, (head, from, to) -> {
            double dot = 0;
            for (int i = 0; i < size; i++) {
                dot += at(t.query(), from, head * size + i)
                        * at(t.key(), to, head / t.shape().group() * size + i);
            }
            set(t.probabilities(), square(t, head, from), to % sequence, Math.exp(dot / Math.sqrt(size)));
        });
        for (int row = 0; row < t.probabilities().rows(); row++) {
            double sum = 0;
            for (int j = 0; j < sequence; j++) {
                sum += at(t.probabilities(), row, j);
            }
            for (int j = 0; j < sequence; j++) {
                set(t.probabilities(), row, j, at(t.probabilities(), row, j) / sum);
            }
        }
        eachPair(t, (head, from, to) -> {
            double p = at(t.probabilities(), square(t, head, from), to % sequence);
            for (int i = 0; i < size; i++) {
                plus(
                        t.out(),
                        from,
                        head * size + i,
                        p * at(t.value(), to, head / t.shape().group() * size + i));
            }
        });
    }

    @Override
    public void attentionGradient(Attention<double[]> t, Attention<double[]> d) {
        int size = t.shape().headSize();
        int sequence = t.shape().sequence();
        zero(d.query());
        zero(d.key());
        zero(d.value());
        double[] means = new double[t.probabilities().rows()];
        eachPair(t, (head, from, to) -> {
            double dp = 0;
            double p = at(t.probabilities(), square(t, head, from), to % sequence);
            for (int i = 0; i < size; i++) {
                int shared = head / t.shape().group() * size + i;
                dp += at(d.out(), from, head * size + i) * at(t.value(), to, shared);
                plus(d.value(), to, shared, p * at(d.out(), from, head * size + i));
            }
            set(d.probabilities(), square(t, head, from), to % sequence, dp);
            means[square(t, head, from)] += p * dp;
        });
        eachPair(t, (head, from, to) -> {
            int row = square(t, head, from);
            double p = at(t.probabilities(), row, to % sequence);
            double score = p * (at(d.probabilities(), row, to % sequence) - means[row]) / Math.sqrt(size);
            for (int i = 0; i < size; i++) {
                int shared = head / t.shape().group() * size + i;
                plus(d.query(), from, head * size + i, score * at(t.key(), to, shared));
                plus(d.key(), to, shared, score * at(t.query(), from, head * size + i));
            }
        });
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Override
    public void swiGlu(Matrix<double[]> gate, Matrix<double[]> up, Matrix<double[]> out) {
        for (int r = 0; r < gate.rows(); r++) {
            for (int i = 0; i < gate.columns(); i++) {
                set(out, r, i, at(gate, r, i) * sigmoid(at(gate, r, i)) * at(up, r, i));
            }
        }
    }

    @Override
    public void swiGluGradient(
            Matrix<double[]> gate,
            Matrix<double[]> up,
            Matrix<double[]> dOut,
            Matrix<double[]> dGate,
            Matrix<double[]> dUp) {
        for (int r = 0; r < gate.rows(); r++) {
            for (int i = 0; i < gate.columns(); i++) {
                double x = at(gate, r, i);
                double s = sigmoid(x);
                set(dUp, r, i, at(dOut, r, i) * x * s);
                set(dGate, r, i, at(dOut, r, i) * at(up, r, i) * (s + x * s * (1 - s)));
            }
        }
    }

    @Override
    public void crossEntropy(Matrix<double[]> logits, int[] targets, float gradientScale, double[] losses) {
        for (int r = 0; r < logits.rows(); r++) {
            double sum = 0;
            for (int i = 0; i < logits.columns(); i++) {
                sum += Math.exp(at(logits, r, i));
            }
            losses[r] = Math.log(sum) - at(logits, r, targets[r]);
            for (int i = 0; i < logits.columns(); i++) {
                double p = Math.exp(at(logits, r, i)) / sum;
                set(logits, r, i, (double) gradientScale * (p - (i == targets[r] ? 1 : 0)));
            }
        }
    }

    @Override
    public double squaredNorm(Matrix<double[]> x) {
        double sum = 0;
        for (int i = 0; i < x.length(); i++) {
            sum += Math.pow(x.data()[(int) x.offset() + i], 2);
        }
        return sum;
    }

    @Override
    public void adamW(
            AdamStep step,
            Matrix<double[]> parameters,
            Matrix<double[]> gradient,
            Matrix<double[]> first,
            Matrix<double[]> second) {
        for (int i = 0; i < parameters.rows(); i++) {
            for (int j = 0; j < parameters.columns(); j++) {
                double g = at(gradient, i, j) * step.gradientScale();
                double m = step.beta1() * at(first, i, j) + (1 - step.beta1()) * g;
                double v = step.beta2() * at(second, i, j) + (1 - step.beta2()) * g * g;
                double move = m / step.correction1() / (Math.sqrt(v / step.correction2()) + step.epsilon());
                set(parameters, i, j, step.decay() * at(parameters, i, j) - step.learningRate() * move);
                set(first, i, j, m);
                set(second, i, j, v);
            }
        }
    }

    @Override
    public void close() {}
}
