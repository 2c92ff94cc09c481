package covey.protocol.yuma;

import covey.protocol.yuma.EpochInput.Cell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A square matrix of q32 numbers in which an entry may be absent, which differs from 0. Written by one thread. */
final class Matrix {
    static final long ABSENT = -1;

    private final long[][] rows;

    Matrix(int count) {
        rows = new long[count][count];
        for (long[] row : rows) {
            Arrays.fill(row, ABSENT);
        }
    }

    /** Computes an entry from its place and value. */
    interface Cells {
        long at(int row, int column, long value);
    }

    int count() {
        return rows.length;
    }

    boolean has(int row, int column) {
        return rows[row][column] != ABSENT;
    }

    /** The entry, 0 if it is absent. */
    long at(int row, int column) {
        return Math.max(0, rows[row][column]);
    }

    void set(int row, int column, long value) {
        rows[row][column] = value;
    }

    /** Integers as they are. Entries of uids that do not exist are left out. */
    void read(int row, List<Cell> cells) {
        for (Cell cell : cells) {
            if (cell.uid() < count()) {
                rows[row][cell.uid()] = Fixed.of(cell.value());
            }
        }
    }

    void clearRow(int row) {
        Arrays.fill(rows[row], ABSENT);
    }

    void clearColumn(int column) {
        for (long[] row : rows) {
            row[column] = ABSENT;
        }
    }

    /** A matrix of the same present entries with other values; {@link #ABSENT} removes one. */
    Matrix map(Cells cells) {
        Matrix result = new Matrix(count());
        for (int i = 0; i < count(); i++) {
            for (int j = 0; j < count(); j++) {
                if (rows[i][j] != ABSENT) {
                    result.rows[i][j] = cells.at(i, j, rows[i][j]);
                }
            }
        }
        return result;
    }

    /** Each row divided by its sum. */
    Matrix rowNormalized() {
        long[] sums = new long[count()];
        for (int i = 0; i < count(); i++) {
            sums[i] = rowSum(i);
        }
        return map((i, j, value) -> sums[i] == 0 ? value : Fixed.div(value, sums[i]));
    }

    /** Each column divided by its sum. */
    Matrix columnNormalized() {
        long[] sums = new long[count()];
        for (int i = 0; i < count(); i++) {
            for (int j = 0; j < count(); j++) {
                sums[j] = Fixed.add(sums[j], at(i, j));
            }
        }
        return map((i, j, value) -> sums[j] == 0 ? value : Fixed.div(value, sums[j]));
    }

    /** Each column divided by its largest entry. */
    Matrix columnUpscaled() {
        long[] largest = new long[count()];
        for (int i = 0; i < count(); i++) {
            for (int j = 0; j < count(); j++) {
                largest[j] = Math.max(largest[j], at(i, j));
            }
        }
        return map((i, j, value) -> largest[j] == 0 ? value : Fixed.div(value, largest[j]));
    }

    long rowSum(int row) {
        long sum = 0;
        for (int j = 0; j < count(); j++) {
            sum = Fixed.add(sum, at(row, j));
        }
        return sum;
    }

    /** Σ_j entry(row, j) · factors[j]. */
    long rowDot(int row, long[] factors) {
        long sum = 0;
        for (int j = 0; j < count(); j++) {
            sum = Fixed.add(sum, Fixed.mul(at(row, j), factors[j]));
        }
        return sum;
    }

    /** Σ_i factors[i] · entry(i, column). */
    long columnDot(long[] factors, int column) {
        long sum = 0;
        for (int i = 0; i < count(); i++) {
            sum = Fixed.add(sum, Fixed.mul(factors[i], at(i, column)));
        }
        return sum;
    }

    long[] column(int column) {
        long[] values = new long[count()];
        for (int i = 0; i < count(); i++) {
            values[i] = at(i, column);
        }
        return values;
    }

    /** Entries above 0 as ⌊65535 · x⌋. */
    List<Cell> toU16(int row) {
        List<Cell> cells = new ArrayList<>();
        for (int j = 0; j < count(); j++) {
            if (at(row, j) > 0) {
                cells.add(new Cell(j, Fixed.toU16(at(row, j))));
            }
        }
        return cells;
    }
}
