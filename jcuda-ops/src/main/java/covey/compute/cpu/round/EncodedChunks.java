package covey.compute.cpu.round;

import covey.protocol.contribution.Layout;

/**
 * The values of all chunks as they stand in planes (rule H4), each chunk with words of its own until all are known:
 * threads may write different chunks at the same time.
 */
final class EncodedChunks {
    static final int RICE_BITS = 5;

    private static final int SIGNS = 0;
    private static final int MAGNITUDES = 1;
    private static final int LOW = 2;
    private static final int UNARY = 7;
    /** Gaps of 64 values in a chunk of 4096 have at most 126 ones and 64 zeros. */
    private static final int WORDS = 10;

    private final Layout layout;
    private final int bits;
    private final short[] scales;
    private final short[] unaryBits;
    private final long[] words;

    EncodedChunks(Layout layout, int bits) {
        this.layout = layout;
        this.bits = bits;
        scales = new short[layout.chunkCount()];
        unaryBits = new short[layout.chunkCount()];
        words = new long[Math.multiplyExact(WORDS, layout.chunkCount())];
    }

    /** A chunk without values. */
    void setEmpty(int chunk) {
        scales[chunk] = 0;
    }

    /** @param pattern of the scale, above 0 */
    void set(int chunk, int pattern, long signs, long magnitudes) {
        scales[chunk] = (short) pattern;
        words[WORDS * chunk + SIGNS] = signs;
        words[WORDS * chunk + MAGNITUDES] = magnitudes;
    }

    /** The gaps of that chunk, from its indices. */
    void setGaps(int chunk, int[] indices, int kept) {
        int low = WORDS * chunk + LOW;
        int unary = WORDS * chunk + UNARY;
        for (int i = low; i < unary + 3; i++) {
            words[i] = 0;
        }
        int end = 0;
        for (int i = 0, before = -1; i < kept; before = indices[i++]) {
            int gap = indices[i] - before - 1;
            long rest = gap & (1 << RICE_BITS) - 1;
            int bit = RICE_BITS * i;
            words[low + (bit >> 6)] |= rest << bit;
            if ((bit & 63) > 64 - RICE_BITS) {
                words[low + (bit >> 6) + 1] |= rest >>> 64 - (bit & 63);
            }
            end += gap >>> RICE_BITS;
            words[unary + (end >> 6)] |= 1L << end;
            end++;
        }
        unaryBits[chunk] = (short) end;
        invert(unary, end);
    }

    /** Zeros are the marks in a unary plane, and ones the rest. */
    private void invert(int at, int length) {
        for (int i = 0; i < 3; i++) {
            int left = Math.clamp(length - 64L * i, 0, 64);
            words[at + i] = left == 0 ? 0 : ~words[at + i] & -1L >>> 64 - left;
        }
    }

    /** The planes of all chunks. */
    byte[] toBytes() {
        long values = 0;
        long unary = 0;
        for (int chunk = 0; chunk < scales.length; chunk++) {
            if (scales[chunk] != 0) {
                values += layout.keptCount(chunk);
                unary += unaryBits[chunk];
            }
        }
        long one = values + 7 >>> 3;
        long signsAt = 2L * scales.length;
        long magnitudesAt = signsAt + one;
        long lowAt = magnitudesAt + (bits == 2 ? one : 0);
        long unaryAt = lowAt + (RICE_BITS * values + 7 >>> 3);
        byte[] all = new byte[Math.toIntExact(unaryAt + (unary + 7 >>> 3))];
        BitSink scaleSink = new BitSink(all, 0);
        BitSink signs = new BitSink(all, (int) signsAt);
        BitSink magnitudes = new BitSink(all, (int) magnitudesAt);
        BitSink low = new BitSink(all, (int) lowAt);
        BitSink unarySink = new BitSink(all, (int) unaryAt);
        for (int chunk = 0; chunk < scales.length; chunk++) {
            scaleSink.put(scales[chunk] & 0xFFFF, 16);
            if (scales[chunk] == 0) {
                continue;
            }
            int at = WORDS * chunk;
            int kept = layout.keptCount(chunk);
            signs.put(words[at + SIGNS], kept);
            if (bits == 2) {
                magnitudes.put(words[at + MAGNITUDES], kept);
            }
            put(low, at + LOW, RICE_BITS * kept);
            put(unarySink, at + UNARY, unaryBits[chunk]);
        }
        scaleSink.finish();
        signs.finish();
        magnitudes.finish();
        low.finish();
        unarySink.finish();
        return all;
    }

    private void put(BitSink sink, int at, int length) {
        for (int i = at, left = length; left > 0; i++, left -= 64) {
            sink.put(words[i], Math.min(64, left));
        }
    }
}
