package covey.compute.cpu.round;

import covey.compute.cpu.Crew;
import covey.protocol.contribution.Layout;

/**
 * The values of all chunks as they stand in planes (rule H4), each chunk with words of its own until all are known:
 * threads may write different chunks at the same time.
 */
final class EncodedChunks {
    static final int RICE_BITS = 5;

    private static final int LOW_MASK = (1 << RICE_BITS) - 1;
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

    /**
     * The gaps of that chunk.
     *
     * @param gaps 64; above 0 only the first {@code kept}
     */
    void setGaps(int chunk, int[] gaps, int kept) {
        setLow(gaps, WORDS * chunk + LOW);
        unaryBits[chunk] = (short) setUnary(gaps, kept, WORDS * chunk + UNARY);
    }

    /** Eight gaps are 40 bits, eight of these five words. */
    private void setLow(int[] gaps, int at) {
        long b = low(gaps, 8);
        long d = low(gaps, 24);
        long e = low(gaps, 32);
        long g = low(gaps, 48);
        words[at] = low(gaps, 0) | b << 40;
        words[at + 1] = b >>> 24 | low(gaps, 16) << 16 | d << 56;
        words[at + 2] = d >>> 8 | e << 32;
        words[at + 3] = e >>> 32 | low(gaps, 40) << 8 | g << 48;
        words[at + 4] = g >>> 16 | low(gaps, 56) << 24;
    }

    private static long low(int[] gaps, int at) {
        return low(gaps[at], gaps[at + 1], gaps[at + 2], gaps[at + 3])
                | low(gaps[at + 4], gaps[at + 5], gaps[at + 6], gaps[at + 7]) << 4 * RICE_BITS;
    }

    private static long low(int a, int b, int c, int d) {
        return (a & LOW_MASK)
                | (b & LOW_MASK) << RICE_BITS
                | (c & LOW_MASK) << 2 * RICE_BITS
                | (long) (d & LOW_MASK) << 3 * RICE_BITS;
    }

    /** Ones, and a zero behind those of each gap; returns how many bits these are. */
    private int setUnary(int[] gaps, int kept, int at) {
        int end = 0;
        int word = 0;
        long ends = 0;
        for (int i = 0; i < kept; i++) {
            end += gaps[i] >>> RICE_BITS;
            for (; end >>> 6 > word; ends = 0) {
                words[at + word++] = ~ends;
            }
            ends |= 1L << end++;
        }
        words[at + word] = ~ends & -1L >>> -end;
        return end;
    }

    /** The planes of all chunks, each plane by one thread. */
    byte[] toBytes(Crew crew) {
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
        int[] planes = {UNARY, LOW, SIGNS, MAGNITUDES};
        long[] starts = {unaryAt, lowAt, signsAt, magnitudesAt};
        crew.run(bits == 2 ? 4 : 3, (lane, plane) -> write(planes[plane], all, (int) starts[plane]));
        BitSink sink = new BitSink(all, 0);
        for (short scale : scales) {
            sink.put(scale & 0xFFFF, 16);
        }
        sink.finish();
        return all;
    }

    private void write(int plane, byte[] into, int at) {
        BitSink sink = new BitSink(into, at);
        for (int chunk = 0; chunk < scales.length; chunk++) {
            if (scales[chunk] != 0) {
                int from = WORDS * chunk + plane;
                for (int left = bits(plane, chunk); left > 0; from++, left -= 64) {
                    sink.put(words[from], Math.min(64, left));
                }
            }
        }
        sink.finish();
    }

    private int bits(int plane, int chunk) {
        return switch (plane) {
            case UNARY -> unaryBits[chunk];
            case LOW -> RICE_BITS * layout.keptCount(chunk);
            default -> layout.keptCount(chunk);
        };
    }
}
