package covey.protocol.data.bpe;

import java.util.Arrays;

/** A map from pairs of tokens, each 0 to 65535, to whole numbers of at least 0. */
final class PairTable {
    private int[] pairs = new int[1 << 10];
    private int[] values = empty(1 << 10);
    private int count;

    private static int[] empty(int capacity) {
        int[] values = new int[capacity];
        Arrays.fill(values, -1);
        return values;
    }

    /** The number, or -1. */
    int get(int left, int right) {
        return values[cell(left << 16 | right)];
    }

    void put(int left, int right, int value) {
        if (2 * count >= pairs.length) {
            grow();
        }
        int pair = left << 16 | right;
        int cell = cell(pair);
        count += values[cell] < 0 ? 1 : 0;
        pairs[cell] = pair;
        values[cell] = value;
    }

    /** Where a pair stands, or would. */
    private int cell(int pair) {
        int mask = pairs.length - 1;
        int cell = (pair * 0x9E3779B1 >>> 7) & mask;
        while (values[cell] >= 0 && pairs[cell] != pair) {
            cell = cell + 1 & mask;
        }
        return cell;
    }

    private void grow() {
        int[] oldPairs = pairs;
        int[] oldValues = values;
        pairs = new int[2 * oldPairs.length];
        values = empty(pairs.length);
        for (int i = 0; i < oldPairs.length; i++) {
            if (oldValues[i] >= 0) {
                int cell = cell(oldPairs[i]);
                pairs[cell] = oldPairs[i];
                values[cell] = oldValues[i];
            }
        }
    }
}
