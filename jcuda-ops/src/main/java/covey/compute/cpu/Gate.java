package covey.compute.cpu;

import covey.compute.reference.Exponential;
import jdk.incubator.vector.FloatVector;

/** silu(gate) · up, with silu(x) = x / (1 + e^−x), over values that lie side by side. */
final class Gate {
    private static final int L = Width.LANES;

    private Gate() {}

    /** What is read and written: arrays, and where in each the first value is. */
    record Forward(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt) {
        void run(int from, int to) {
            int i = from;
            for (; i <= to - L; i += L) {
                FloatVector x = Width.load(gate, gateAt + i);
                x.mul(sigmoid(x)).mul(Width.load(up, upAt + i)).intoArray(out, outAt + i);
            }
            for (; i < to; i++) {
                float x = gate[gateAt + i];
                out[outAt + i] = x * sigmoid(x) * up[upAt + i];
            }
        }
    }

    /** The gradients of gate and up by that of the result. */
    record Backward(Forward of, float[] dGate, int dGateAt, float[] dUp, int dUpAt) {
        void run(int from, int to) {
            int i = from;
            for (; i <= to - L; i += L) {
                FloatVector x = Width.load(of.gate, of.gateAt + i);
                FloatVector s = sigmoid(x);
                FloatVector silu = x.mul(s);
                FloatVector d = Width.load(of.out, of.outAt + i);
                d.mul(silu).intoArray(dUp, dUpAt + i);
                FloatVector slope = s.add(silu.mul(Width.all(1f).sub(s)));
                d.mul(Width.load(of.up, of.upAt + i)).mul(slope).intoArray(dGate, dGateAt + i);
            }
            for (; i < to; i++) {
                float x = of.gate[of.gateAt + i];
                float s = sigmoid(x);
                float d = of.out[of.outAt + i];
                dUp[dUpAt + i] = d * (x * s);
                dGate[dGateAt + i] = d * of.up[of.upAt + i] * (s + x * s * (1 - s));
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
