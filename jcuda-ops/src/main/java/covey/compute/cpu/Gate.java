package covey.compute.cpu;

import covey.compute.reference.Exponential;
import covey.compute.tensor.Matrix;
import jdk.incubator.vector.FloatVector;

/** silu(gate) · up, with silu(x) = x / (1 + e^−x), over values that lie side by side. */
final class Gate {
    private static final int L = Width.LANES;
    private static final Matrix<float[]> NONE = new Matrix<>(new float[0], 0, 0, 0);

    private Gate() {}

    /** Values {@code from} to {@code to - 1}. */
    static void forward(Matrix<float[]> gate, Matrix<float[]> up, Matrix<float[]> out, int from, int to) {
        int gateAt = (int) gate.offset();
        int upAt = (int) up.offset();
        int outAt = (int) out.offset();
        float[] g = gate.data();
        float[] u = up.data();
        float[] o = out.data();
        int i = from;
        for (; i <= to - L; i += L) {
            FloatVector x = Width.load(g, gateAt + i);
            x.mul(sigmoid(x)).mul(Width.load(u, upAt + i)).intoArray(o, outAt + i);
        }
        for (; i < to; i++) {
            float x = g[gateAt + i];
            o[outAt + i] = x * sigmoid(x) * u[upAt + i];
        }
    }

    /** What the backward pass reads, and the gradients of gate and up that it sets. */
    static final class Backward {
        Matrix<float[]> gate = NONE;
        Matrix<float[]> up = NONE;
        Matrix<float[]> dOut = NONE;
        Matrix<float[]> dGate = NONE;
        Matrix<float[]> dUp = NONE;

        void run(int from, int to) {
            int g = (int) gate.offset();
            int u = (int) up.offset();
            int o = (int) dOut.offset();
            int dg = (int) dGate.offset();
            int du = (int) dUp.offset();
            int i = from;
            for (; i <= to - L; i += L) {
                FloatVector x = Width.load(gate.data(), g + i);
                FloatVector s = sigmoid(x);
                FloatVector silu = x.mul(s);
                FloatVector d = Width.load(dOut.data(), o + i);
                d.mul(silu).intoArray(dUp.data(), du + i);
                FloatVector slope = s.add(silu.mul(Width.all(1f).sub(s)));
                d.mul(Width.load(up.data(), u + i)).mul(slope).intoArray(dGate.data(), dg + i);
            }
            for (; i < to; i++) {
                float x = gate.data()[g + i];
                float s = sigmoid(x);
                float d = dOut.data()[o + i];
                dUp.data()[du + i] = d * (x * s);
                dGate.data()[dg + i] = d * up.data()[u + i] * (s + x * s * (1 - s));
            }
        }
    }

    private static FloatVector sigmoid(FloatVector x) {
        return Width.all(1f).div(Softmax.exp(x.neg()).add(1f));
    }

    private static float sigmoid(float x) {
        return 1f / (1f + Exponential.of(-x));
    }
}
