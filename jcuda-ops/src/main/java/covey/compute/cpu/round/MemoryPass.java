package covey.compute.cpu.round;

import covey.compute.cpu.Crew;
import covey.compute.cpu.Width;

/** Passes over memory with next to no arithmetic, to measure others against. On the threads of a crew. */
public final class MemoryPass {
    private static final int L = Width.LANES;
    private static final int PIECE = 1 << 14;

    private final Crew crew;

    public MemoryPass(Crew crew) {
        this.crew = crew;
    }

    private interface Range {
        void run(int from, int to);
    }

    private void pieces(int length, Range range) {
        crew.run((length - 1) / PIECE + 1, (lane, item) -> {
            range.run(item * PIECE, Math.min(length, (item + 1) * PIECE));
        });
    }

    /** into ← factor · from + into: what compression must read and write at least. */
    public void fold(float[] from, float[] into, float factor) {
        pieces(into.length, (begin, end) -> foldPiece(from, into, factor, begin, end));
    }

    private static void foldPiece(float[] from, float[] into, float factor, int begin, int end) {
        int i = begin;
        for (; i <= end - L; i += L) {
            Width.load(from, i).mul(factor).add(Width.load(into, i)).intoArray(into, i);
        }
        for (; i < end; i++) {
            into[i] = factor * from[i] + into[i];
        }
    }

    /** x ← factor · x: what an outer step must read and write at least. */
    public void scale(float[] x, float factor) {
        pieces(x.length, (begin, end) -> scalePiece(x, factor, begin, end));
    }

    private static void scalePiece(float[] x, float factor, int begin, int end) {
        int i = begin;
        for (; i <= end - L; i += L) {
            Width.load(x, i).mul(factor).intoArray(x, i);
        }
        for (; i < end; i++) {
            x[i] *= factor;
        }
    }
}
