package covey.compute.cpu.round;

import covey.compute.cpu.Width;
import covey.protocol.contribution.DecodedChunk;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Scale;
import covey.protocol.model.Limits;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Error feedback and compression of bands (rules H2, H3). Used by one thread. */
final class ChunkCompressor {
    private static final int L = Width.LANES;
    private static final int SIDE = Limits.TILE_SIDE;
    private static final float MIDDLE_LEVEL = 2.5f;
    /** Sums of 64 values of 24 bits are exact in 53 bits up to here: 6 + 24 + 23 = 53. */
    private static final int EXACT_SPREAD = 23;

    private final Layout layout;
    private final int bits;
    private final float decay;
    private final EncodedChunks out;
    private final LargestValues largest = new LargestValues();
    private final int[] gaps = new int[DecodedChunk.MAX_COUNT];
    private final float[] rest = new float[DecodedChunk.MAX_COUNT];

    private final float[] gatheredE = new float[Limits.CHUNK_LENGTH];
    private final float[] gathered = new float[Limits.CHUNK_LENGTH];

    ChunkCompressor(Layout layout, int bits, float decay, EncodedChunks out) {
        this.layout = layout;
        this.bits = bits;
        this.decay = decay;
        this.out = out;
    }

    /** Replaces Δ by the new error feedback; false if one of these is not finite. */
    boolean compress(float[] e, float[] delta, Bands.Band band) {
        return band.isVectors() ? compressVectors(e, delta, band.chunk()) : compressTiles(e, delta, band);
    }

    private boolean compressVectors(float[] e, float[] delta, int chunk) {
        layout.gather(e, chunk, gatheredE);
        int valid = layout.gather(delta, chunk, gathered);
        for (int i = valid; i < Limits.CHUNK_LENGTH; i++) {
            gatheredE[i] = 0;
            gathered[i] = 0;
        }
        Bands.Band tile = new Bands.Band(chunk, 1, 0, SIDE);
        boolean finite = compressTiles(gatheredE, gathered, tile);
        layout.scatter(gathered, chunk, delta);
        return finite;
    }

    private boolean compressTiles(float[] e, float[] delta, Bands.Band band) {
        fold(e, delta, band);
        boolean finite = true;
        for (int tile = 0; tile < band.tiles() && finite; tile++) {
            finite = compressTile(delta, band, tile);
        }
        return finite;
    }

    private boolean compressTile(float[] x, Bands.Band band, int tile) {
        int chunk = band.chunk() + tile;
        int kept = layout.keptCount(chunk);
        int at = band.at(tile);
        return switch (largest.select(x, at, band.stride(), tile, kept)) {
            case SELECTED -> {
                encode(x, chunk, kept);
                yield true;
            }
            case TINY -> {
                out.setEmpty(chunk);
                yield true;
            }
            case NOT_FINITE -> false;
        };
    }

    /**
     * Δ ← fl32(fl32(β·e) + Δ), and a list of the values that reach the bound of the band before: while memory is waited
     * for, it costs next to nothing.
     */
    private void fold(float[] e, float[] delta, Bands.Band band) {
        largest.clear();
        for (int row = 0; row < SIDE; row++) {
            foldRow(e, delta, band.at() + row * band.stride(), row, band.tiles());
        }
    }

    private void foldRow(float[] e, float[] delta, int at, int row, int tiles) {
        float bound = largest.bound();
        for (int tile = 0; tile < tiles; tile++) {
            largest.list(tile, row, foldPart(e, delta, at + tile * SIDE, bound));
        }
    }

    private long foldPart(float[] e, float[] delta, int from, float bound) {
        long reaching = 0;
        for (int j = 0; j < SIDE; j += L) {
            FloatVector x = Width.load(e, from + j).mul(decay).add(Width.load(delta, from + j));
            x.intoArray(delta, from + j);
            reaching |= LargestValues.marks(x, bound) << j;
        }
        return reaching;
    }

    private void encode(float[] x, int chunk, int kept) {
        double mean = meanMagnitude(largest.values(), kept, largest.spread());
        int pattern = Scale.pattern(bits == 1 ? mean : mean / MIDDLE_LEVEL);
        if (pattern == 0) {
            out.setEmpty(chunk);
            return;
        }
        setGaps(kept);
        out.setGaps(chunk, gaps, kept);
        takeOut(chunk, pattern, kept);
        putBack(x, kept);
    }

    /**
     * Values in order of their indices, as rule H3 asks; in four sums where no order can matter, as all are exact.
     *
     * @param spread by how much exponents differ at most
     */
    private static double meanMagnitude(int[] values, int kept, int spread) {
        if (spread > EXACT_SPREAD || kept % 4 != 0) {
            double sum = 0;
            for (int i = 0; i < kept; i++) {
                sum += magnitude(values[i]);
            }
            return sum / kept;
        }
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        for (int i = 0; i < kept; i += 4) {
            a += magnitude(values[i]);
            b += magnitude(values[i + 1]);
            c += magnitude(values[i + 2]);
            d += magnitude(values[i + 3]);
        }
        return (a + b + (c + d)) / kept;
    }

    private static float magnitude(int bits) {
        return Float.intBitsToFloat(bits & LargestValues.MAGNITUDE_MASK);
    }

    private void setGaps(int kept) {
        int[] indices = largest.indices();
        for (int i = 0; i < DecodedChunk.MAX_COUNT; i += L) {
            int at = LargestValues.FIRST + i;
            IntVector before = IntVector.fromArray(Width.INTS, indices, at - 1);
            IntVector.fromArray(Width.INTS, indices, at).sub(before).sub(1).intoArray(gaps, i);
        }
        Arrays.fill(gaps, kept, DecodedChunk.MAX_COUNT, 0);
    }

    /** Signs and magnitudes of the values, and what is left of these; without branches, as the bits are random. */
    private void takeOut(int chunk, int pattern, int kept) {
        int units = Scale.units(pattern);
        float small = Scale.value(units, bits);
        float large = Scale.value(units, bits + 1);
        float boundary = bits == 1 ? Float.POSITIVE_INFINITY : MIDDLE_LEVEL * Scale.value(units, 1);
        long signs = 0;
        long magnitudes = 0;
        for (int i = 0; i < kept; i += L) {
            FloatVector x = IntVector.fromArray(Width.INTS, largest.values(), i).reinterpretAsFloats();
            VectorMask<Float> isLarge = x.abs().compare(VectorOperators.GT, boundary);
            VectorMask<Float> isNegative = x.lt(0f);
            magnitudes |= isLarge.toLong() << i;
            signs |= isNegative.toLong() << i;
            FloatVector decoded = Width.all(small).blend(large, isLarge);
            x.sub(decoded.blend(decoded.neg(), isNegative)).intoArray(rest, i);
        }
        long valid = -1L >>> -kept;
        out.set(chunk, pattern, signs & valid, magnitudes & valid);
    }

    private void putBack(float[] x, int kept) {
        int[] places = largest.places();
        for (int i = 0; i < kept; i++) {
            x[places[i]] = rest[i];
        }
    }
}
