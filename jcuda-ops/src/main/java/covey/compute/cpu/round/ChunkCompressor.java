package covey.compute.cpu.round;

import covey.compute.cpu.Width;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Scale;
import covey.protocol.model.Limits;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Error feedback and compression of bands (rules H2, H3). Used by one thread. */
final class ChunkCompressor {
    private static final int L = Width.LANES;
    private static final int SIDE = Limits.TILE_SIDE;
    private static final float MIDDLE_LEVEL = 2.5f;

    private final Layout layout;
    private final int bits;
    private final float decay;
    private final EncodedChunks out;
    private final LargestValues largest = new LargestValues();
    private final float[] squares = new float[Bands.TILES * L];
    /** Decoded values by sign and, times 2, magnitude bit. */
    private final float[] decoded = new float[4];

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
            float sum = FloatVector.fromArray(Width.FLOATS, squares, tile * L).reduceLanes(VectorOperators.ADD);
            finite = sum <= Float.MAX_VALUE || isFinite(delta, band.at(tile), band.stride());
            if (finite) {
                int chunk = band.chunk() + tile;
                float rms = (float) Math.sqrt(sum / Limits.CHUNK_LENGTH);
                largest.select(delta, band.at(tile), band.stride(), layout.keptCount(chunk), rms);
                encode(delta, band.at(tile), band.stride(), chunk);
            }
        }
        return finite;
    }

    /** Δ ← fl32(fl32(β·e) + Δ), and partial sums of the squares of each tile. */
    private void fold(float[] e, float[] delta, Bands.Band band) {
        for (int i = 0; i < band.tiles() * L; i += L) {
            Width.all(0f).intoArray(squares, i);
        }
        for (int row = 0; row < SIDE; row++) {
            foldRow(e, delta, band.at() + row * band.stride(), band.tiles());
        }
    }

    private void foldRow(float[] e, float[] delta, int at, int tiles) {
        for (int tile = 0; tile < tiles; tile++) {
            FloatVector sum = Width.load(squares, tile * L);
            int from = at + tile * SIDE;
            for (int i = from; i < from + SIDE; i += L) {
                FloatVector x = Width.load(e, i).mul(decay).add(Width.load(delta, i));
                x.intoArray(delta, i);
                sum = x.fma(x, sum);
            }
            sum.intoArray(squares, tile * L);
        }
    }

    private static boolean isFinite(float[] x, int at, int stride) {
        for (int row = 0; row < SIDE; row++) {
            for (int i = at + row * stride; i < at + row * stride + SIDE; i++) {
                if (!Float.isFinite(x[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    private void encode(float[] x, int at, int stride, int chunk) {
        int kept = layout.keptCount(chunk);
        double mean = meanMagnitude(kept);
        int pattern = Scale.pattern(bits == 1 ? mean : mean / MIDDLE_LEVEL);
        if (pattern == 0) {
            out.setEmpty(chunk);
            return;
        }
        int units = Scale.units(pattern);
        setDecoded(units);
        out.setGaps(chunk, largest.indices(), kept);
        takeOut(x, at, stride, chunk, pattern, kept);
    }

    private double meanMagnitude(int kept) {
        int[] values = largest.values();
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += Float.intBitsToFloat(values[i] & LargestValues.MAGNITUDE_MASK);
        }
        return sum / kept;
    }

    private void setDecoded(int units) {
        int level = bits == 1 ? 1 : 2;
        decoded[0] = Scale.value(units, level);
        decoded[1] = Scale.value(units, -level);
        decoded[2] = Scale.value(units, level + 1);
        decoded[3] = Scale.value(units, -level - 1);
    }

    /** Signs and magnitudes of the values, and what is left of these; without branches, as the bits are random. */
    private void takeOut(float[] x, int at, int stride, int chunk, int pattern, int kept) {
        int[] indices = largest.indices();
        int[] values = largest.values();
        int boundary = bits == 1
                ? Integer.MAX_VALUE
                : Float.floatToRawIntBits(MIDDLE_LEVEL * Scale.value(Scale.units(pattern), 1));
        long signs = 0;
        long magnitudes = 0;
        for (int i = 0; i < kept; i++) {
            int raw = values[i];
            int magnitude = raw & LargestValues.MAGNITUDE_MASK;
            int negative = raw >>> 31 & -magnitude >>> 31;
            int large = boundary - magnitude >>> 31;
            signs |= (long) negative << i;
            magnitudes |= (long) large << i;
            int index = indices[i];
            x[at + index / SIDE * stride + index % SIDE] = Float.intBitsToFloat(raw) - decoded[negative + 2 * large];
        }
        out.set(chunk, pattern, signs, magnitudes);
    }
}
