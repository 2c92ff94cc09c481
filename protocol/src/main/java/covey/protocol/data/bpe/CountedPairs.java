package covey.protocol.data.bpe;

import java.util.Arrays;

/**
 * Words as tokens, and how often each pair of neighbors occurs in them. A merge costs the words that hold the pair, not
 * all of them.
 */
final class CountedPairs {
    /** Of one pair. */
    interface Visitor {
        void pair(int left, int right);
    }

    /** Where a pair occurs: words may be named twice, and may have lost it since. */
    private static final class Pair {
        private final int left;
        private final int right;
        private long count;
        private int[] words = new int[2];
        private int wordCount;
        private boolean isTouched;

        private Pair(int left, int right) {
            this.left = left;
            this.right = right;
        }

        private void add(int word) {
            if (wordCount > 0 && words[wordCount - 1] == word) {
                return;
            }
            if (wordCount == words.length) {
                words = Arrays.copyOf(words, 2 * wordCount);
            }
            words[wordCount++] = word;
        }
    }

    private final int[][] words;
    private final long[] wordCounts;
    private final PairTable places = new PairTable();
    private Pair[] pairs = new Pair[1 << 10];
    private int pairCount;
    private Pair[] touched = new Pair[1 << 10];
    private int touchedCount;

    /** @param byteTokens token of each byte */
    CountedPairs(WordCounts counts, int[] byteTokens) {
        words = new int[counts.size()][];
        wordCounts = new long[counts.size()];
        for (int word = 0; word < words.length; word++) {
            wordCounts[word] = counts.count(word);
            byte[] bytes = counts.word(word);
            int[] tokens = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                tokens[i] = byteTokens[bytes[i] & 0xFF];
            }
            words[word] = tokens;
            count(word, wordCounts[word]);
            for (int i = 1; i < tokens.length; i++) {
                touch(tokens[i - 1], tokens[i], word);
            }
        }
    }

    long count(int left, int right) {
        return pair(left, right).count;
    }

    /** Visits, and forgets, the pairs that came or may have become more frequent. */
    void forEachTouched(Visitor visitor) {
        for (int i = 0; i < touchedCount; i++) {
            touched[i].isTouched = false;
            visitor.pair(touched[i].left, touched[i].right);
        }
        touchedCount = 0;
    }

    /** Replaces the pair in all words, in each from the left. */
    void merge(int left, int right, int merged) {
        Pair pair = pair(left, right);
        for (int i = 0; i < pair.wordCount; i++) {
            mergeIn(pair.words[i], left, right, merged);
        }
        pair.words = new int[2];
        pair.wordCount = 0;
    }

    private void mergeIn(int word, int left, int right, int merged) {
        int[] replaced = replaced(words[word], left, right, merged);
        if (replaced.length == words[word].length) {
            return;
        }
        count(word, -wordCounts[word]);
        words[word] = replaced;
        count(word, wordCounts[word]);
        for (int i = 1; i < replaced.length; i++) {
            if (replaced[i - 1] == merged || replaced[i] == merged) {
                touch(replaced[i - 1], replaced[i], word);
            }
        }
    }

    private static int[] replaced(int[] tokens, int left, int right, int merged) {
        int[] replaced = new int[tokens.length];
        int count = 0;
        for (int i = 0; i < tokens.length; i++) {
            boolean isPair = tokens[i] == left && i + 1 < tokens.length && tokens[i + 1] == right;
            replaced[count++] = isPair ? merged : tokens[i];
            i += isPair ? 1 : 0;
        }
        return count == tokens.length ? tokens : Arrays.copyOf(replaced, count);
    }

    private void count(int word, long times) {
        int[] tokens = words[word];
        for (int i = 1; i < tokens.length; i++) {
            pair(tokens[i - 1], tokens[i]).count += times;
        }
    }

    private void touch(int left, int right, int word) {
        Pair pair = pair(left, right);
        pair.add(word);
        if (!pair.isTouched) {
            pair.isTouched = true;
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, 2 * touchedCount);
            }
            touched[touchedCount++] = pair;
        }
    }

    private Pair pair(int left, int right) {
        int place = places.get(left, right);
        if (place >= 0) {
            return pairs[place];
        }
        if (pairCount == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * pairCount);
        }
        places.put(left, right, pairCount);
        pairs[pairCount] = new Pair(left, right);
        return pairs[pairCount++];
    }
}
