package covey.protocol.contribution;

/**
 * The values of one chunk, reused from chunk to chunk by its reader. A value is {@code scaleUnits · level · 2^-24}
 * (rule H6): level ±1 in the 1-bit form, ±2 or ±3 in the 2-bit form.
 */
public final class DecodedChunk {
    /** The most values that a chunk carries. */
    public static final int MAX_COUNT = 64;

    private final int[] indices = new int[MAX_COUNT];
    private final int[] levels = new int[MAX_COUNT];
    private int chunk;
    private int count;
    private int scaleUnits;

    /** Its number in the layout. */
    public int chunk() {
        return chunk;
    }

    /** Values carried; 0 for an empty chunk. */
    public int count() {
        return count;
    }

    /** 0 to 2^27. */
    public int scaleUnits() {
        return scaleUnits;
    }

    /** Index in the chunk of the i-th value; ascending. */
    public int index(int i) {
        return indices[i];
    }

    public int level(int i) {
        return levels[i];
    }

    /** The i-th value, exact. */
    public float value(int i) {
        return Scale.value(scaleUnits, levels[i]);
    }

    void begin(int number, int units) {
        chunk = number;
        scaleUnits = units;
        count = 0;
    }

    void add(int index, int level) {
        indices[count] = index;
        levels[count++] = level;
    }
}
