package covey.compute.cuda;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Rows of a batch grouped by their token, ascending in each group, so that the gradient of an embedding has one order
 * and needs no atomics.
 *
 * @param packed the distinct tokens | the start of each one's rows, and their number at the end | the rows
 * @param distinct number of distinct tokens
 */
record TokenRows(int[] packed, int distinct) {
    static TokenRows of(int[] tokens, int rows) {
        long[] sorted = IntStream.range(0, rows)
                .mapToLong(row -> (long) tokens[row] << 32 | row)
                .toArray();
        Arrays.sort(sorted);
        int[] starts = IntStream.range(0, rows)
                .filter(i -> i == 0 || token(sorted[i]) != token(sorted[i - 1]))
                .toArray();
        int[] packed = new int[2 * starts.length + 1 + rows];
        for (int i = 0; i < starts.length; i++) {
            packed[i] = token(sorted[starts[i]]);
            packed[starts.length + i] = starts[i];
        }
        packed[2 * starts.length] = rows;
        for (int i = 0; i < rows; i++) {
            packed[2 * starts.length + 1 + i] = (int) sorted[i];
        }
        return new TokenRows(packed, starts.length);
    }

    private static int token(long entry) {
        return (int) (entry >>> 32);
    }

    int startsAt() {
        return distinct;
    }

    int rowsAt() {
        return 2 * distinct + 1;
    }
}
