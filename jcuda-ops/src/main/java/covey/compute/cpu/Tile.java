package covey.compute.cpu;

/**
 * A small block of a product that stays in registers: left · right over some depth, each element a chain of fused
 * multiply-adds from zero. Fields are the arguments. Both sides are packed: for each k, {@link #rows} values of the
 * left one and {@link #columns} of the right one. Used by one thread.
 */
abstract sealed class Tile permits WideTile, NarrowTile {
    final int rows;
    final int columns;
    float[] left = {};
    int leftAt;
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
}
