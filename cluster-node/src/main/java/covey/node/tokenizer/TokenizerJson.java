package covey.node.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.data.bpe.BpeMerge;
import covey.protocol.data.bpe.BpeVocabulary;
import covey.protocol.data.bpe.ByteAlphabet;
import covey.protocol.wire.Malformed;

/** A byte-level BPE tokenizer in the format of Hugging Face's tokenizers library. */
public final class TokenizerJson {
    static final String END_OF_TEXT = "<|endoftext|>";

    private TokenizerJson() {}

    /** The same bytes for the same vocabulary. */
    public static byte[] write(BpeVocabulary vocabulary) {
        ObjectNode root = new JsonMapper().createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        root.putArray("added_tokens")
                .addObject()
                .put("id", vocabulary.endOfText())
                .put("content", END_OF_TEXT)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
        root.putNull("normalizer");
        byteLevel(root.putObject("pre_tokenizer"));
        root.putNull("post_processor");
        byteLevel(root.putObject("decoder"));
        model(vocabulary, root.putObject("model"));
        try {
            return new JsonMapper().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void byteLevel(ObjectNode out) {
        out.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static void model(BpeVocabulary vocabulary, ObjectNode out) {
        out.put("type", "BPE")
                .putNull("dropout")
                .putNull("unk_token")
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", false)
                .put("byte_fallback", false)
                .put("ignore_merges", false);
        ObjectNode ids = out.putObject("vocab");
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            ids.put(written(vocabulary, id), id);
        }
        ArrayNode merges = out.putArray("merges");
        for (BpeMerge merge : vocabulary.merges()) {
            merges.add(written(vocabulary, merge.left()) + ' ' + written(vocabulary, merge.right()));
        }
    }

    private static String written(BpeVocabulary vocabulary, int id) {
        return id == vocabulary.endOfText()
                ? END_OF_TEXT
                : ByteAlphabet.write(vocabulary.tokens().get(id));
    }

    /** Refuses what would encode differently here than in that library. */
    public static BpeVocabulary read(byte[] json) throws Malformed {
        return new TokenizerReader(json).read();
    }
}
