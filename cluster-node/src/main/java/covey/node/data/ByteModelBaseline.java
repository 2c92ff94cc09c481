package covey.node.data;

import java.util.Arrays;

/**
 * What a model of order 2 over bytes would reach: counts of the byte after each pair in the train stream, plus one for
 * each of 256 (Laplace). The measure that a trained model has to beat, on the same windows.
 */
public final class ByteModelBaseline {
    private static final int VOCABULARY = 256;

    /** Place of a pair of bytes among the counted ones, or -1. */
    private final int[] places = new int[VOCABULARY * VOCABULARY];

    private int[][] counts = new int[256][];
    private int counted;

    private ByteModelBaseline() {
        Arrays.fill(places, -1);
    }

    /**
     * Bits for each byte of text behind the windows' targets. Only pairs that these windows hold are counted, which
     * keeps the model in the cache.
     *
     * @param train stream of the byte tokenizer that is counted
     * @param heldOut stream that is measured
     * @param windows of {@code heldOut}; each target is predicted from the two tokens before it in the stream
     */
    public static double bitsPerByte(MappedTokenSource train, MappedTokenSource heldOut, long[] windows) {
        ByteModelBaseline model = new ByteModelBaseline();
        model.addPairs(heldOut, windows);
        model.count(train);
        return model.bits(heldOut, windows) / heldOut.textBytes(windows);
    }

    private void addPairs(MappedTokenSource heldOut, long[] windows) {
        for (long id : windows) {
            for (long at = target(heldOut, id, 1); at <= target(heldOut, id, heldOut.sequence()); at++) {
                int pair = pair(heldOut, at);
                if (places[pair] < 0) {
                    places[pair] = counted;
                    add();
                }
            }
        }
    }

    private void add() {
        if (counted == counts.length) {
            counts = Arrays.copyOf(counts, 2 * counted);
        }
        counts[counted++] = new int[VOCABULARY + 1];
    }

    /** The last cell of each row is the row's sum. */
    private void count(MappedTokenSource train) {
        int pair = 0;
        for (long at = 0; at < train.tokenCount(); at++) {
            int token = train.token(at);
            int place = places[pair];
            if (place >= 0) {
                counts[place][token]++;
                counts[place][VOCABULARY]++;
            }
            pair = (pair << 8 | token) & 0xFFFF;
        }
    }

    private double bits(MappedTokenSource heldOut, long[] windows) {
        double nats = 0;
        for (long id : windows) {
            for (long at = target(heldOut, id, 1); at <= target(heldOut, id, heldOut.sequence()); at++) {
                int[] row = counts[places[pair(heldOut, at)]];
                nats -= Math.log((row[heldOut.token(at)] + 1.0) / (row[VOCABULARY] + VOCABULARY));
            }
        }
        return nats / Math.log(2);
    }

    private static long target(MappedTokenSource source, long window, int index) {
        return window * source.sequence() + index;
    }

    /** The two tokens before; an end-of-text before the first. */
    private static int pair(MappedTokenSource source, long at) {
        int before = at >= 2 ? source.token(at - 2) : 0;
        return before << 8 | source.token(at - 1);
    }
}
