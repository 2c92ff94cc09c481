package covey.compute.reference;

import covey.compute.tensor.Matrix;

/** silu(gate) · up over rows {@code from} to {@code to - 1}, with silu(x) = x / (1 + e^−x). */
final class SwiGlu {
    private SwiGlu() {}

    static void forward(Matrix<float[]> gate, Matrix<float[]> up, Matrix<float[]> out, int from, int to) {
        int count = (to - from) * gate.columns();
        int gateAt = start(gate, from);
        int upAt = start(up, from);
        int outAt = start(out, from);
        for (int i = 0; i < count; i++) {
            float x = gate.data()[gateAt + i];
            out.data()[outAt + i] = x * sigmoid(x) * up.data()[upAt + i];
        }
    }

    static void backward(
            Matrix<float[]> gate,
            Matrix<float[]> up,
            Matrix<float[]> dOut,
            Matrix<float[]> dGate,
            Matrix<float[]> dUp,
            int from,
            int to) {
        int count = (to - from) * gate.columns();
        int gateAt = start(gate, from);
        int upAt = start(up, from);
        int outAt = start(dOut, from);
        int dGateAt = start(dGate, from);
        int dUpAt = start(dUp, from);
        for (int i = 0; i < count; i++) {
            float x = gate.data()[gateAt + i];
            float s = sigmoid(x);
            float d = dOut.data()[outAt + i];
            dUp.data()[dUpAt + i] = d * (x * s);
            dGate.data()[dGateAt + i] = d * up.data()[upAt + i] * (s + x * s * (1 - s));
        }
    }

    private static float sigmoid(float x) {
        return 1f / (1f + Exponential.of(-x));
    }

    private static int start(Matrix<float[]> m, int row) {
        return Math.toIntExact(m.offset() + (long) row * m.columns());
    }
}
