package covey.protocol.data.bpe;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Learns merges from text: again and again the pair of neighbors that occurs most often, words counted as often as they
 * occur, becomes a token. Among equals the pair with the lower left token wins, then the lower right one. Token 0 is
 * the end of text, then come the bytes in the order of {@link ByteAlphabet}. The same texts, in whatever order, give
 * the same vocabulary.
 */
public final class BpeTrainer {
    /** A pair that occurs but once is no token. */
    private static final int LEAST_COUNT = 2;

    /** A pair that occurred so often when it was last looked at. */
    private record Candidate(long count, int left, int right) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byCount = Long.compare(other.count, count);
            int byLeft = byCount != 0 ? byCount : Integer.compare(left, other.left);
            return byLeft != 0 ? byLeft : Integer.compare(right, other.right);
        }
    }

    private final CountedPairs pairs;
    private final List<Bytes> tokens = new ArrayList<>();
    private final Map<Bytes, Integer> ids = new LinkedHashMap<>();
    private final List<BpeMerge> merges = new ArrayList<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();

    private BpeTrainer(Iterable<byte[]> texts) {
        tokens.add(Bytes.EMPTY);
        int[] byteTokens = new int[256];
        for (int b : ByteAlphabet.inOrder()) {
            byteTokens[b] = add(Bytes.wrap(new byte[] {(byte) b}));
        }
        pairs = new CountedPairs(WordCounts.of(texts), byteTokens);
        pairs.forEachTouched(this::offer);
    }

    /**
     * Learns a vocabulary.
     *
     * @param size tokens that there shall be, 257 to 65536; fewer come out where the texts give no more
     */
    public static BpeVocabulary train(Iterable<byte[]> texts, int size) {
        if (size < BpeVocabulary.LEAST || size > Limits.BPE_VOCABULARY_MAX_COUNT) {
            throw new IllegalArgumentException("vocabulary: " + size + " (expected: " + BpeVocabulary.LEAST + " to "
                    + Limits.BPE_VOCABULARY_MAX_COUNT + ")");
        }
        BpeTrainer trainer = new BpeTrainer(texts);
        while (trainer.tokens.size() < size && trainer.mergeNext()) {}
        return new BpeVocabulary(trainer.tokens, trainer.merges, 0);
    }

    private int add(Bytes token) {
        tokens.add(token);
        ids.put(token, tokens.size() - 1);
        return tokens.size() - 1;
    }

    private void offer(int left, int right) {
        long count = pairs.count(left, right);
        if (count >= LEAST_COUNT) {
            candidates.add(new Candidate(count, left, right));
        }
    }

    /** Whether there was a candidate. Counts only fall while a pair waits, so what is on top and up to date is next. */
    private boolean mergeNext() {
        Candidate top = candidates.poll();
        if (top == null) {
            return false;
        }
        if (pairs.count(top.left, top.right) != top.count) {
            offer(top.left, top.right);
            return true;
        }
        Bytes joined = BpeVocabulary.joined(tokens.get(top.left), tokens.get(top.right));
        if (joined.length() <= Limits.BPE_TOKEN_MAX_BYTES) {
            merge(top, joined);
        }
        return true;
    }

    /** Two pairs may give the same bytes; they share a token. */
    private void merge(Candidate top, Bytes joined) {
        Integer known = ids.get(joined);
        int merged = known == null ? add(joined) : known;
        merges.add(new BpeMerge(top.left, top.right, merged));
        pairs.merge(top.left, top.right, merged);
        pairs.forEachTouched(this::offer);
    }
}
