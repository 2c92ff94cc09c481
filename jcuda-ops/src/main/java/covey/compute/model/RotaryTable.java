package covey.compute.model;

/** Angles of rotary embedding: pair i of a head turns by position · base^(−2i / headSize). */
final class RotaryTable {
    private static final double BASE = 10_000;

    private RotaryTable() {}

    /** [positions, headSize]: cosines in the first half of a row, sines in the second. */
    static float[] of(int positions, int headSize) {
        int half = headSize / 2;
        float[] table = new float[positions * headSize];
        for (int p = 0; p < positions; p++) {
            for (int i = 0; i < half; i++) {
                double angle = p * StrictMath.pow(BASE, -2.0 * i / headSize);
                table[p * headSize + i] = (float) StrictMath.cos(angle);
                table[p * headSize + half + i] = (float) StrictMath.sin(angle);
            }
        }
        return table;
    }
}
