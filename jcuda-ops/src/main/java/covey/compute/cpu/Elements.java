package covey.compute.cpu;

/** Passes over values that have nothing to do with one another. */
final class Elements {
    private static final int L = Width.LANES;

    private Elements() {}

    /** to += from. */
    static void add(float[] from, int at, float[] to, int toAt, int count) {
        int i = 0;
        for (; i <= count - L; i += L) {
            Width.load(to, toAt + i).add(Width.load(from, at + i)).intoArray(to, toAt + i);
        }
        for (; i < count; i++) {
            to[toAt + i] += from[at + i];
        }
    }

    /** x · factor. */
    static void scale(float[] x, int at, int count, float factor) {
        int i = 0;
        for (; i <= count - L; i += L) {
            Width.load(x, at + i).mul(factor).intoArray(x, at + i);
        }
        for (; i < count; i++) {
            x[at + i] *= factor;
        }
    }

    /** x + 0, which turns −0 to 0. */
    static void unsign(float[] x, int at, int count) {
        int i = 0;
        for (; i <= count - L; i += L) {
            Width.load(x, at + i).add(0f).intoArray(x, at + i);
        }
        for (; i < count; i++) {
            x[at + i] += 0f;
        }
    }
}
