package covey.compute.cpu.round;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Planes;
import covey.protocol.contribution.Scale;
import covey.protocol.outer.Norm;
import java.util.ArrayList;
import java.util.List;

/** Planes with the norm of each part and a mark every {@link #STRETCH} chunks from which a reader can start. */
final class IndexedPlanes {
    /** Chunks that a thread takes at a time. */
    static final int STRETCH = 32;

    private final PlaneBytes bytes;
    private final List<Norm> norms = new ArrayList<>();
    private final long[] values;
    private final long[] unary;

    IndexedPlanes(Planes planes) {
        Layout layout = planes.layout();
        bytes = new PlaneBytes(planes);
        values = new long[layout.chunkCount() / STRETCH + 2];
        unary = new long[values.length];
        markValues(layout);
        markUnary();
        requireEnds();
    }

    private void markValues(Layout layout) {
        long value = 0;
        for (Layout.Part part : layout.parts()) {
            Norm norm = Norm.ZERO;
            for (int chunk = part.firstChunk(); chunk < part.endChunk(); chunk++) {
                if (chunk % STRETCH == 0) {
                    values[chunk / STRETCH] = value;
                }
                int pattern = legal(bytes.scalePattern(chunk));
                if (pattern != 0) {
                    int kept = layout.keptCount(chunk);
                    norm = norm.plus(square(pattern, value, kept));
                    value += kept;
                }
            }
            norms.add(norm);
        }
        for (int stretch = (layout.chunkCount() - 1) / STRETCH + 1; stretch < values.length; stretch++) {
            values[stretch] = value;
        }
    }

    private static int legal(int pattern) {
        if (!Scale.isLegal(pattern)) {
            throw unchecked();
        }
        return pattern;
    }

    /** Σ s²·level² of a chunk, unsigned: levels are 1, or 2 and 3. */
    private long square(int pattern, long value, int kept) {
        long units = Scale.units(pattern);
        long threes = bytes.magnitudes(value) & -1L >>> 64 - kept;
        int levels = bytes.bits() == 1 ? kept : 4 * kept + 5 * Long.bitCount(threes);
        return units * units * levels;
    }

    private void markUnary() {
        for (int stretch = 1; stretch < unary.length; stretch++) {
            unary[stretch] = bytes.afterEnds(unary[stretch - 1], (int) (values[stretch] - values[stretch - 1]));
        }
    }

    private void requireEnds() {
        int last = values.length - 1;
        boolean fit = bytes.lengths().signs() == (values[last] + 7 >>> 3)
                && bytes.lengths().lowBits() == (EncodedChunks.RICE_BITS * values[last] + 7 >>> 3)
                && bytes.lengths().unary() == (unary[last] + 7 >>> 3);
        if (!fit) {
            throw unchecked();
        }
    }

    static IllegalStateException unchecked() {
        return new IllegalStateException("contribution: not checked");
    }

    PlaneBytes bytes() {
        return bytes;
    }

    /** In the order of the layout's parts. */
    List<Norm> norms() {
        return norms;
    }

    /** Values before a stretch. */
    long values(int stretch) {
        return values[stretch];
    }

    /** Unary bits before a stretch. */
    long unary(int stretch) {
        return unary[stretch];
    }
}
