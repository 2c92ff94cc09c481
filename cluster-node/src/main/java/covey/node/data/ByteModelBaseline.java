package covey.node.data;

import covey.protocol.data.Tokenizer;
import java.util.Arrays;

/**
 * What a model of order 2 over bytes would reach: counts of the byte after each pair in the train text, plus one for
 * each of 256 (Laplace). The measure that a trained model has to beat, on the same windows. An end-of-text counts as a
 * byte 0.
 */
public final class ByteModelBaseline {
    private static final int VOCABULARY = 256;

    /** Place of a pair of bytes among the counted ones, or -1. */
    private final int[] places = new int[VOCABULARY * VOCABULARY];

    private final byte[][] texts;
    private int[][] counts = new int[256][];
    private int counted;

    private ByteModelBaseline(Tokenizer tokenizer) {
        Arrays.fill(places, -1);
        texts = new byte[tokenizer.vocabulary()][];
        for (int token = 0; token < texts.length; token++) {
            texts[token] = token == tokenizer.endOfText()
                    ? new byte[1]
                    : tokenizer.text(token).unsafeArray();
        }
    }

    /** A byte that is to be predicted from the two before it. */
    private interface Visitor {
        void target(int pair, int next);
    }

    /**
     * Bits for each byte of text behind the windows' targets. Only pairs that these windows hold are counted, which
     * keeps the model in the cache.
     *
     * @param train stream that is counted
     * @param heldOut stream that is measured
     * @param windows of {@code heldOut}; each byte is predicted from the two before it in the stream
     * @param tokenizer of both
     */
    public static double bitsPerByte(
            MappedTokenSource train, MappedTokenSource heldOut, long[] windows, Tokenizer tokenizer) {
        ByteModelBaseline model = new ByteModelBaseline(tokenizer);
        model.visit(heldOut, windows, (pair, next) -> model.add(pair));
        model.count(train);
        return model.bits(heldOut, windows) / heldOut.textBytes(windows, tokenizer);
    }

    private void add(int pair) {
        if (places[pair] >= 0) {
            return;
        }
        if (counted == counts.length) {
            counts = Arrays.copyOf(counts, 2 * counted);
        }
        places[pair] = counted;
        counts[counted++] = new int[VOCABULARY + 1];
    }

    /** The last cell of each row is the row's sum. */
    private void count(MappedTokenSource train) {
        int pair = 0;
        for (long at = 0; at < train.tokenCount(); at++) {
            for (byte b : texts[train.token(at)]) {
                int place = places[pair];
                if (place >= 0) {
                    counts[place][b & 0xFF]++;
                    counts[place][VOCABULARY]++;
                }
                pair = behind(pair, b);
            }
        }
    }

    private double bits(MappedTokenSource heldOut, long[] windows) {
        double[] nats = new double[1];
        visit(heldOut, windows, (pair, next) -> {
            int[] row = counts[places[pair]];
            nats[0] -= Math.log((row[next] + 1.0) / (row[VOCABULARY] + VOCABULARY));
        });
        return nats[0] / Math.log(2);
    }

    private void visit(MappedTokenSource heldOut, long[] windows, Visitor visitor) {
        for (long id : windows) {
            long first = id * heldOut.sequence() + 1;
            int pair = before(heldOut, first);
            for (long at = first; at < first + heldOut.sequence(); at++) {
                for (byte b : texts[heldOut.token(at)]) {
                    visitor.target(pair, b & 0xFF);
                    pair = behind(pair, b);
                }
            }
        }
    }

    private static int behind(int pair, byte b) {
        return (pair << 8 | b & 0xFF) & 0xFFFF;
    }

    /** The two bytes before a token; an end-of-text before the first. */
    private int before(MappedTokenSource source, long at) {
        int pair = 0;
        int bits = 0;
        for (long i = at - 1; i >= 0 && bits < 16; i--) {
            byte[] text = texts[source.token(i)];
            for (int j = text.length - 1; j >= 0 && bits < 16; j--) {
                pair |= (text[j] & 0xFF) << bits;
                bits += 8;
            }
        }
        return pair;
    }
}
