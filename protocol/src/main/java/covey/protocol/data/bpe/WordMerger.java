package covey.protocol.data.bpe;

import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/** Merges the tokens of one word, n of them, in O(n log n). */
final class WordMerger {
    private static final int GONE = -1;

    private final PairTable table;
    private final List<BpeMerge> merges;
    /** Tokens by the place of their first byte. */
    private final int[] tokens;

    private final int[] next;
    private final int[] previous;
    /** The merge's index, then the place of its left token. */
    private final PriorityQueue<Long> urgent = new PriorityQueue<>();

    /** @param tokens of the single bytes; overwritten */
    WordMerger(int[] tokens, PairTable table, List<BpeMerge> merges) {
        this.tokens = tokens;
        this.table = table;
        this.merges = merges;
        this.next = new int[tokens.length];
        this.previous = new int[tokens.length];
    }

    int[] merge() {
        for (int i = 0; i < tokens.length; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < tokens.length; i++) {
            offer(i);
        }
        for (Long top = urgent.poll(); top != null; top = urgent.poll()) {
            int at = (int) (long) top;
            if (mergeAt(at) == (int) (top >>> 32)) {
                join(at, merges.get(mergeAt(at)).merged());
            }
        }
        return Arrays.stream(tokens).filter(token -> token != GONE).toArray();
    }

    /** The merge of the tokens here and behind, or -1. */
    private int mergeAt(int at) {
        return at < 0 || tokens[at] == GONE || next[at] == tokens.length ? -1 : table.get(tokens[at], tokens[next[at]]);
    }

    private void offer(int at) {
        int merge = mergeAt(at);
        if (merge >= 0) {
            urgent.add((long) merge << 32 | at);
        }
    }

    private void join(int at, int merged) {
        int right = next[at];
        tokens[at] = merged;
        tokens[right] = GONE;
        next[at] = next[right];
        if (next[at] < tokens.length) {
            previous[next[at]] = at;
        }
        offer(previous[at]);
        offer(at);
    }
}
