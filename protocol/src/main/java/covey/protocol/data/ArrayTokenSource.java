package covey.protocol.data;

import covey.protocol.port.TokenSource;

/** A token stream held in memory (rule I1). */
public final class ArrayTokenSource implements TokenSource {
    private final short[] tokens;
    private final int sequence;

    private ArrayTokenSource(short[] tokens, int sequence) {
        this.tokens = tokens;
        this.sequence = sequence;
    }

    /**
     * Copies a stream of tokens, each 0 to 65535.
     *
     * @param sequence T, at least 1: windows have T + 1 tokens and start T apart
     */
    public static ArrayTokenSource of(int[] tokens, int sequence) {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence: " + sequence + " (expected: at least 1)");
        }
        short[] packed = new short[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] > 0xFFFF) {
                throw new IllegalArgumentException("token: " + tokens[i] + " (expected: 0 to 65535)");
            }
            packed[i] = (short) tokens[i];
        }
        return new ArrayTokenSource(packed, sequence);
    }

    @Override
    public long windowCount() {
        return Math.max(0, (tokens.length - 1) / sequence);
    }

    @Override
    public void window(long id, int[] into, int at) {
        if (id < 0 || id >= windowCount()) {
            throw new IndexOutOfBoundsException("window: " + id + " (expected: 0 to " + (windowCount() - 1) + ")");
        }
        int from = (int) id * sequence;
        for (int i = 0; i <= sequence; i++) {
            into[at + i] = tokens[from + i] & 0xFFFF;
        }
    }
}
