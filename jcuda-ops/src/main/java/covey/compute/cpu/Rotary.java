package covey.compute.cpu;

import jdk.incubator.vector.FloatVector;

/** Turns pairs of values of a head; see {@link covey.compute.ops.Ops#rotate}. */
final class Rotary {
    private static final int L = Width.LANES;

    private Rotary() {}

    /** @param turn where in the table the position's row begins */
    static void head(float[] x, int at, float[] table, int turn, int half, float sign) {
        int i = 0;
        for (; i <= half - L; i += L) {
            FloatVector cos = Width.load(table, turn + i);
            FloatVector sin = Width.load(table, turn + half + i).mul(sign);
            FloatVector a = Width.load(x, at + i);
            FloatVector b = Width.load(x, at + half + i);
            a.mul(cos).sub(b.mul(sin)).intoArray(x, at + i);
            a.mul(sin).add(b.mul(cos)).intoArray(x, at + half + i);
        }
        for (; i < half; i++) {
            float cos = table[turn + i];
            float sin = sign * table[turn + half + i];
            float a = x[at + i];
            float b = x[at + half + i];
            x[at + i] = a * cos - b * sin;
            x[at + half + i] = a * sin + b * cos;
        }
    }
}
