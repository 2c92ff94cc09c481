package covey.protocol.data.bpe;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.wire.Malformed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a byte-level BPE tokenizer is made of.
 *
 * @param tokens their bytes by id; the end of text has none
 * @param merges the first is the most urgent one
 * @param endOfText its id
 */
public record BpeVocabulary(List<Bytes> tokens, List<BpeMerge> merges, int endOfText) {
    /** Tokens that there always are: the bytes and the end of text. */
    public static final int LEAST = 257;

    public BpeVocabulary {
        tokens = List.copyOf(tokens);
        merges = List.copyOf(merges);
    }

    /** Checks what came from a file: each byte is a token, and each merge gives the token that it says. */
    public static BpeVocabulary checked(List<Bytes> tokens, List<BpeMerge> merges, int endOfText) throws Malformed {
        if (tokens.size() < LEAST || tokens.size() > Limits.BPE_VOCABULARY_MAX_COUNT) {
            throw new Malformed("vocabulary: " + tokens.size() + " tokens (expected: " + LEAST + " to "
                    + Limits.BPE_VOCABULARY_MAX_COUNT + ")");
        }
        Map<Bytes, Integer> ids = new LinkedHashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            Bytes token = tokens.get(id);
            boolean fits = id == endOfText
                    ? token.length() == 0
                    : token.length() > 0 && token.length() <= Limits.BPE_TOKEN_MAX_BYTES;
            if (!fits || ids.put(token, id) != null) {
                throw new Malformed("token " + id + ": " + token + " (expected: 1 to " + Limits.BPE_TOKEN_MAX_BYTES
                        + " bytes that no other token has)");
            }
        }
        checkBytes(ids);
        checkMerges(tokens, merges, endOfText);
        return new BpeVocabulary(tokens, merges, endOfText);
    }

    private static void checkBytes(Map<Bytes, Integer> ids) throws Malformed {
        for (int b = 0; b < 256; b++) {
            if (!ids.containsKey(Bytes.wrap(new byte[] {(byte) b}))) {
                throw new Malformed("vocabulary: no token for byte " + b + " (expected: one for each)");
            }
        }
    }

    private static void checkMerges(List<Bytes> tokens, List<BpeMerge> merges, int endOfText) throws Malformed {
        PairTable seen = new PairTable();
        for (BpeMerge merge : merges) {
            boolean known = isText(merge.left(), tokens, endOfText)
                    && isText(merge.right(), tokens, endOfText)
                    && isText(merge.merged(), tokens, endOfText);
            if (!known
                    || !tokens.get(merge.merged()).equals(joined(tokens.get(merge.left()), tokens.get(merge.right())))
                    || seen.get(merge.left(), merge.right()) >= 0) {
                throw new Malformed("merge: " + merge.left() + " and " + merge.right() + " to " + merge.merged()
                        + " (expected: two tokens that give a third, once)");
            }
            seen.put(merge.left(), merge.right(), merge.merged());
        }
    }

    private static boolean isText(int id, List<Bytes> tokens, int endOfText) {
        return id >= 0 && id < tokens.size() && id != endOfText;
    }

    static Bytes joined(Bytes left, Bytes right) {
        byte[] both = new byte[left.length() + right.length()];
        System.arraycopy(left.unsafeArray(), 0, both, 0, left.length());
        System.arraycopy(right.unsafeArray(), 0, both, left.length(), right.length());
        return Bytes.wrap(both);
    }
}
