package covey.protocol.contribution;

import covey.protocol.model.Limits;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The compressor by which every other one is measured (rules H2, H3): error feedback, the largest magnitudes of each
 * chunk, one scale a chunk, 1 or 2 bits a value. Arrays are in θ's canonical order. Keeps buffers: used by one thread.
 */
public final class ReferenceCompressor {
    private static final int MAGNITUDE_MASK = 0x7FFFFFFF;
    /** A 2-bit value is 2u or 3u, so u is the mean magnitude divided by this. */
    private static final double MIDDLE_LEVEL = 2.5;

    private final Layout layout;
    private final int bits;
    private final float decay;

    private final float[] values = new float[Limits.CHUNK_LENGTH];
    private final int[] magnitudes = new int[Limits.CHUNK_LENGTH];
    private final int[] counts = new int[1 << Byte.SIZE];
    private final int[] indices = new int[DecodedChunk.MAX_COUNT];

    /**
     * @param bits 1 or 2
     * @param decay β of error feedback, 0 to 1
     */
    public ReferenceCompressor(Layout layout, int bits, float decay) {
        if (bits != 1 && bits != 2) {
            throw new IllegalArgumentException("bits: " + bits + " (expected: 1 or 2)");
        }
        if (!(decay >= 0 && decay <= 1)) {
            throw new IllegalArgumentException("error feedback decay: " + decay + " (expected: 0 to 1)");
        }
        this.layout = layout;
        this.bits = bits;
        this.decay = decay;
    }

    /**
     * e ← fl32(fl32(β·e) + Δ). If any value of the result is not finite, e keeps all its values.
     *
     * @return whether e was changed
     */
    public boolean accumulate(float[] e, float[] delta) {
        requireLength(e);
        requireLength(delta);
        for (int i = 0; i < e.length; i++) {
            if (!Float.isFinite(decay * e[i] + delta[i])) {
                return false;
            }
        }
        for (int i = 0; i < e.length; i++) {
            e[i] = decay * e[i] + delta[i];
        }
        return true;
    }

    /** Encodes e's largest values and subtracts from e what was encoded. e must be finite. Returns the planes. */
    public byte[] encode(float[] e) {
        requireLength(e);
        PlaneWriter out = new PlaneWriter(layout.chunkCount(), bits);
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            encodeChunk(e, chunk, out);
        }
        return out.toByteArray();
    }

    private void encodeChunk(float[] e, int chunk, PlaneWriter out) {
        int valid = layout.gather(e, chunk, values);
        int kept = select(valid, Layout.keptOf(valid));
        double mean = meanMagnitude(kept);
        int pattern = Scale.pattern(bits == 1 ? mean : mean / MIDDLE_LEVEL);
        out.scale(chunk, pattern);
        if (pattern == 0) {
            return;
        }
        int units = Scale.units(pattern);
        double boundary = MIDDLE_LEVEL * Scale.value(units, 1);
        for (int i = 0, before = -1; i < kept; before = indices[i++]) {
            float value = values[indices[i]];
            int level = bits == 1 ? 1 : Math.abs(value) > boundary ? 3 : 2;
            int signed = value < 0 ? -level : level;
            out.value(indices[i] - before - 1, signed);
            values[indices[i]] = value - Scale.value(units, signed);
        }
        layout.scatter(values, chunk, e);
    }

    /**
     * Puts the indices of the {@code kept} largest magnitudes into {@code indices}, ascending; ties to the lower
     * index.
     */
    private int select(int valid, int kept) {
        for (int i = 0; i < valid; i++) {
            magnitudes[i] = Float.floatToRawIntBits(values[i]) & MAGNITUDE_MASK;
        }
        int threshold = threshold(valid, kept);
        int ties = kept - countAbove(threshold, valid);
        int count = 0;
        for (int i = 0; count < kept; i++) {
            if (magnitudes[i] > threshold || magnitudes[i] == threshold && ties-- > 0) {
                indices[count++] = i;
            }
        }
        return kept;
    }

    /** The {@code kept}-th largest magnitude, byte by byte from the top, by counting those that share what is known. */
    private int threshold(int valid, int kept) {
        int threshold = 0;
        int rank = kept;
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            countBytes(threshold, shift, valid);
            int octet = counts.length - 1;
            while (counts[octet] < rank) {
                rank -= counts[octet--];
            }
            threshold |= octet << shift;
        }
        return threshold;
    }

    /** Counts, by the byte at {@code shift}, the magnitudes that are like {@code prefix} above it. */
    private void countBytes(int prefix, int shift, int valid) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < valid; i++) {
            if ((magnitudes[i] ^ prefix) >>> shift <= 0xFF) {
                counts[magnitudes[i] >>> shift & 0xFF]++;
            }
        }
    }

    private int countAbove(int bound, int valid) {
        int count = 0;
        for (int i = 0; i < valid; i++) {
            count += magnitudes[i] > bound ? 1 : 0;
        }
        return count;
    }

    private double meanMagnitude(int kept) {
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Math.abs(values[indices[i]]);
        }
        return sum / kept;
    }

    /**
     * e ← fl32(e + decoded), for a contribution that the network did not apply (rule E3). The planes must be checked.
     */
    public void addBack(Planes planes, float[] e) {
        requireLength(e);
        planes.visit(chunk -> {
                    for (int i = 0; i < chunk.count(); i++) {
                        e[(int) layout.offset(chunk.chunk(), chunk.index(i))] += chunk.value(i);
                    }
                })
                .ifPresent(rejection -> {
                    throw new IllegalStateException("planes: not checked (" + rejection.reason() + ")");
                });
    }

    /** The same for planes as {@link #encode} returned them. */
    public void addBack(byte[] planes, float[] e) {
        addBack(Planes.of(layout, bits, MemorySegment.ofArray(planes)), e);
    }

    private void requireLength(float[] array) {
        if (array.length != layout.parameterCount()) {
            throw new IllegalArgumentException(
                    "values: " + array.length + " (expected: " + layout.parameterCount() + ", the model's parameters)");
        }
    }
}
