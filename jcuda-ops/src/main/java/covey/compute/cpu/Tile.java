package covey.compute.cpu;

/**
 * A small block of a product that stays in registers: left · right over some depth, each element a chain of fused
 * multiply-adds from zero. Fields are the arguments, as there are many and the compiler keeps them in registers
 * anyway. Rows of the left side are {@code left[row_i + k · leftStep]}; the right side is packed, {@link #columns}
 * values for each k. Used by one thread.
 */
abstract sealed class Tile permits WideTile, NarrowTile {
    final int rows;
    final int columns;
    float[] left = {};
    int leftStep;
    int row0;
    int row1;
    int row2;
    int row3;
    int row4;
    int row5;
    int row6;
    int row7;
    float[] right = {};
    int rightAt;
    int depth;
    /** The result: {@link #rows} times {@link #columns} values. */
    final float[] sums;

    Tile(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        sums = new float[rows * columns];
    }

    /** The shape that fits this processor's registers: 32 of 512 bits, or 16 narrower ones. */
    static Tile make() {
        return Width.LANES == 16 ? new WideTile() : new NarrowTile();
    }

    abstract void run();

    /** Rows start at {@code at}, {@code at + stride}, and so on; what is past the last of {@code count} repeats it. */
    final void rowsAt(int at, int stride, int count) {
        int last = at + (count - 1) * stride;
        row0 = at;
        row1 = Math.min(at + stride, last);
        row2 = Math.min(at + 2 * stride, last);
        row3 = Math.min(at + 3 * stride, last);
        row4 = Math.min(at + 4 * stride, last);
        row5 = Math.min(at + 5 * stride, last);
        row6 = Math.min(at + 6 * stride, last);
        row7 = Math.min(at + 7 * stride, last);
    }
}
