package covey.chaos.hostile;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Planes;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/** Makes planes that no training made; all but one kind are canonical. */
final class Forgery {
    private static final float NOISE = 0.01f;
    private static final int STUFFED = 64;
    private static final long CONSPIRACY = 1605;

    private final Layout layout;
    private final int bits;
    private final ReferenceCompressor compressor;

    Forgery(Genesis genesis) {
        layout = Layout.of(genesis.model());
        bits = genesis.training().bits();
        compressor = new ReferenceCompressor(layout, bits, genesis.training().errorFeedbackDecay());
    }

    /** Planes of values in θ's order; the values are spoilt. */
    MemorySegment planes(float[] values) {
        return MemorySegment.ofArray(compressor.encode(values));
    }

    /** The same coordinates, all values times {@code factor}. */
    MemorySegment scaled(MemorySegment planes, float factor) {
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        Planes.of(layout, bits, planes).visit(chunk -> {
            for (int i = 0; i < chunk.count(); i++) {
                values[(int) layout.offset(chunk.chunk(), chunk.index(i))] = factor * chunk.value(i);
            }
        });
        return planes(values);
    }

    /** The values of each chunk at its first coordinates. */
    MemorySegment stuffed(MemorySegment planes) {
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        float[] piece = new float[Limits.CHUNK_LENGTH];
        Planes.of(layout, bits, planes).visit(chunk -> {
            for (int i = 0; i < STUFFED; i++) {
                piece[i] = i < chunk.count() ? chunk.value(i) : 0;
            }
            layout.scatter(piece, chunk.chunk(), values);
        });
        return planes(values);
    }

    /**
     * With some values at other coordinates of their chunks.
     *
     * @param share of a chunk's values, 0 to 1, by its number
     * @param anySign whether the values that move get signs by chance
     */
    MemorySegment stirred(MemorySegment planes, IntToDoubleFunction share, boolean anySign, SplittableRandom random) {
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        float[] piece = new float[Limits.CHUNK_LENGTH];
        Planes.of(layout, bits, planes).visit(chunk -> {
            Arrays.fill(piece, 0);
            for (int i = 0; i < chunk.count(); i++) {
                piece[chunk.index(i)] = chunk.value(i);
            }
            double moving = share.applyAsDouble(chunk.chunk());
            for (int i = 0; i < chunk.count(); i++) {
                if (random.nextDouble() < moving) {
                    piece[chunk.index(i)] = 0;
                    float sign = anySign && random.nextBoolean() ? -1 : 1;
                    piece[free(piece, layout.validCount(chunk.chunk()), random)] = sign * chunk.value(i);
                }
            }
            layout.scatter(piece, chunk.chunk(), values);
        });
        return planes(values);
    }

    private static int free(float[] piece, int valid, SplittableRandom random) {
        int at = random.nextInt(valid);
        while (piece[at] != 0) {
            at = random.nextInt(valid);
        }
        return at;
    }

    /** The first scale is infinite. */
    static MemorySegment notFinite(MemorySegment planes) {
        byte[] broken = planes.toArray(ValueLayout.JAVA_BYTE);
        broken[0] = 0;
        broken[1] = 0x7C;
        return MemorySegment.ofArray(broken);
    }

    MemorySegment noise(SplittableRandom random) {
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (NOISE * random.nextGaussian());
        }
        return planes(values);
    }

    /** The same sign at a coordinate for all who conspire, in all rounds; which coordinates it is, each draws alone. */
    MemorySegment conspiracy(SplittableRandom own) {
        SplittableRandom common = new SplittableRandom(CONSPIRACY);
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        for (int i = 0; i < values.length; i++) {
            float size = (float) (NOISE * Math.abs(own.nextGaussian()));
            values[i] = common.nextBoolean() ? size : -size;
        }
        return planes(values);
    }
}
