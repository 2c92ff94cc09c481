package covey.protocol.contribution;

/** Collects the planes of rule H4 chunk by chunk, for a compressor. Used by one thread. */
public final class PlaneWriter {
    private final int bits;
    private final byte[] scales;
    private final BitWriter signs = new BitWriter();
    private final BitWriter magnitudes = new BitWriter();
    private final BitWriter low = new BitWriter();
    private final BitWriter unary = new BitWriter();

    /** @param bits 1 or 2 */
    public PlaneWriter(int chunkCount, int bits) {
        this.bits = bits;
        scales = new byte[2 * chunkCount];
    }

    /** @param pattern half precision, 0 for a chunk without values */
    public void scale(int chunk, int pattern) {
        scales[2 * chunk] = (byte) pattern;
        scales[2 * chunk + 1] = (byte) (pattern >>> 8);
    }

    /**
     * The next value of the chunks in order, in a chunk by ascending index.
     *
     * @param gap indices skipped since the value before, or since the start of the chunk
     * @param level signed
     */
    public void value(int gap, int level) {
        signs.write(level < 0 ? 1 : 0, 1);
        if (bits == 2) {
            magnitudes.write(Math.abs(level) - 2, 1);
        }
        low.write(gap, Planes.RICE_BITS);
        unary.writeUnary(gap >>> Planes.RICE_BITS);
    }

    public byte[] toByteArray() {
        BitWriter[] planes = {signs, magnitudes, low, unary};
        long total = scales.length;
        for (BitWriter plane : planes) {
            total += plane.byteCount();
        }
        byte[] all = new byte[Math.toIntExact(total)];
        System.arraycopy(scales, 0, all, 0, scales.length);
        int at = scales.length;
        for (BitWriter plane : planes) {
            plane.copyTo(all, at);
            at += plane.byteCount();
        }
        return all;
    }
}
