package covey.protocol.inspect;

import covey.protocol.contribution.DecodedChunk;
import covey.protocol.contribution.Planes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.outer.Norm;
import java.util.List;

/**
 * Which coordinates a contribution carries and with which sign, as bitmaps over some of its chunks: 1 KiB a chunk.
 * Of a model with many chunks evenly spaced ones are taken, the same for all contributions of a layout. Immutable.
 */
public final class Fingerprint {
    private static final int WORDS = Limits.CHUNK_LENGTH / Long.SIZE;
    private static final long SQUARED_ERRORS = 9;

    private final Hotkey hotkey;
    private final long round;
    private final long[] present;
    private final long[] negative;
    private final int values;
    private final Norm norm;

    private Fingerprint(Hotkey hotkey, long round, long[] present, long[] negative, Norm norm) {
        this.hotkey = hotkey;
        this.round = round;
        this.present = present;
        this.negative = negative;
        this.norm = norm;
        int count = 0;
        for (long word : present) {
            count += Long.bitCount(word);
        }
        values = count;
    }

    /** @param planes of a contribution that was accepted */
    public static Fingerprint of(Hotkey hotkey, long round, Planes planes) {
        int chunks = planes.layout().chunkCount();
        int stride = Math.ceilDiv(chunks, Limits.FINGERPRINT_CHUNKS);
        int taken = Math.ceilDiv(chunks, stride);
        long[] present = new long[taken * WORDS];
        long[] negative = new long[taken * WORDS];
        Norm[] norm = {Norm.ZERO};
        planes.visit(chunk -> {
            norm[0] = norm[0].plus(chunk);
            if (chunk.chunk() % stride == 0) {
                mark(chunk, chunk.chunk() / stride * WORDS, present, negative);
            }
        });
        return new Fingerprint(hotkey, round, present, negative, norm[0]);
    }

    private static void mark(DecodedChunk chunk, int from, long[] present, long[] negative) {
        for (int i = 0; i < chunk.count(); i++) {
            int word = from + chunk.index(i) / Long.SIZE;
            long bit = 1L << chunk.index(i);
            present[word] |= bit;
            negative[word] |= chunk.level(i) < 0 ? bit : 0;
        }
    }

    public Hotkey hotkey() {
        return hotkey;
    }

    public long round() {
        return round;
    }

    /** Coordinates that it carries in the chunks taken. */
    public int values() {
        return values;
    }

    /** Squared, over all chunks, in units of 2^-48. */
    public Norm norm() {
        return norm;
    }

    /** Coordinates that both carry. */
    public int common(Fingerprint other) {
        requireSameLayout(other);
        int common = 0;
        for (int i = 0; i < present.length; i++) {
            common += Long.bitCount(present[i] & other.present[i]);
        }
        return common;
    }

    /** Coordinates that both carry with the same sign. */
    public int agreeing(Fingerprint other) {
        requireSameLayout(other);
        int agreeing = 0;
        for (int i = 0; i < present.length; i++) {
            agreeing += Long.bitCount(present[i] & other.present[i] & ~(negative[i] ^ other.negative[i]));
        }
        return agreeing;
    }

    /**
     * Whether their signs differ more often than chance would have it: by more than three standard errors. Symmetric.
     * Two that follow one text agree in almost all coordinates that they share (docs/attacks.md).
     */
    public boolean opposes(Fingerprint other) {
        long common = common(other);
        return isBeyondChance(common - 2L * agreeing(other), common);
    }

    /** Whether their signs are the same more often than chance would have it, likewise. Symmetric. */
    public boolean backs(Fingerprint other) {
        long common = common(other);
        return isBeyondChance(2L * agreeing(other) - common, common);
    }

    private static boolean isBeyondChance(long excess, long common) {
        return excess > 0 && excess * excess > SQUARED_ERRORS * common;
    }

    /** Coordinates that it carries with a sign that one of {@code others} has there, too. */
    public int repeated(List<Fingerprint> others) {
        others.forEach(this::requireSameLayout);
        int repeated = 0;
        for (int i = 0; i < present.length; i++) {
            long same = 0;
            for (Fingerprint other : others) {
                same |= other.present[i] & ~(negative[i] ^ other.negative[i]);
            }
            repeated += Long.bitCount(present[i] & same);
        }
        return repeated;
    }

    /** Share of the coordinates of the smaller one that both carry, 0 to 1; 0 if one is empty. */
    public double overlap(Fingerprint other) {
        int smaller = Math.min(values, other.values);
        return smaller == 0 ? 0 : (double) common(other) / smaller;
    }

    /**
     * Chunks whose coordinates are those of the chunk before, of all that are not empty: honest ones have none, as
     * equal sets of 64 out of 4096 do not come by chance.
     */
    public double repeating() {
        int repeated = 0;
        int chunks = 0;
        for (int at = 0; at < present.length; at += WORDS) {
            boolean empty = true;
            boolean equal = at > 0;
            for (int i = at; i < at + WORDS; i++) {
                empty &= present[i] == 0;
                equal &= at > 0 && present[i] == present[i - WORDS];
            }
            chunks += empty ? 0 : 1;
            repeated += equal && !empty ? 1 : 0;
        }
        return chunks == 0 ? 0 : (double) repeated / chunks;
    }

    private void requireSameLayout(Fingerprint other) {
        if (present.length != other.present.length) {
            throw new IllegalArgumentException("fingerprint: " + other.present.length / WORDS + " chunks (expected: "
                    + present.length / WORDS + ", the same layout)");
        }
    }
}
