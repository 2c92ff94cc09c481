package covey.node.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.protocol.data.bpe.BpeMerge;
import covey.protocol.data.bpe.BpeVocabulary;
import covey.protocol.data.bpe.ByteAlphabet;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads one tokenizer.json. */
final class TokenizerReader {
    private static final ObjectMapper MAPPER = new JsonMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxStringLength(4 * Limits.BPE_TOKEN_MAX_BYTES)
                            .maxNumberLength(40)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Set<String> OFF = Set.of("", "null", "false");

    private final JsonNode root;
    private final Map<String, Integer> ids = new TreeMap<>();

    TokenizerReader(byte[] json) throws Malformed {
        if (json.length > Limits.TOKENIZER_MAX_BYTES) {
            throw new Malformed(
                    "tokenizer.json: " + json.length + " bytes (expected: at most " + Limits.TOKENIZER_MAX_BYTES + ")");
        }
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new Malformed("tokenizer.json: "
                    + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("bad")
                    + " (expected: strict JSON)");
        } catch (IOException e) {
            throw new Malformed("tokenizer.json: " + e.getMessage() + " (expected: strict JSON)");
        }
    }

    BpeVocabulary read() throws Malformed {
        requireOff("/normalizer");
        requireByteLevel("/pre_tokenizer");
        requireOff("/pre_tokenizer/add_prefix_space");
        require("/pre_tokenizer/use_regex", Set.of("", "true"));
        require("/post_processor/type", Set.of("", "ByteLevel"));
        requireByteLevel("/decoder");
        require("/model/type", Set.of("", "BPE"));
        for (String option : List.of(
                "dropout",
                "unk_token",
                "continuing_subword_prefix",
                "end_of_word_suffix",
                "byte_fallback",
                "ignore_merges")) {
            requireOff("/model/" + option);
        }
        int endOfText = readIds();
        return BpeVocabulary.checked(tokens(endOfText), merges(), endOfText);
    }

    private void requireByteLevel(String part) throws Malformed {
        require(part + "/type", Set.of("ByteLevel"));
    }

    private void requireOff(String option) throws Malformed {
        require(option, OFF);
    }

    /** A missing option reads as an empty text. */
    private void require(String option, Set<String> allowed) throws Malformed {
        JsonNode node = root.at(option);
        String value = node.isContainerNode() ? node.toString() : node.asText();
        if (!allowed.contains(value)) {
            String shown = value.length() <= 80 ? value : value.substring(0, 77) + "...";
            throw new Malformed(option.substring(1) + ": " + shown + " (expected: "
                    + (allowed.equals(OFF) ? "off" : String.join("", allowed)) + ")");
        }
    }

    /** Returns the id of the end of text. */
    private int readIds() throws Malformed {
        JsonNode vocabulary = root.at("/model/vocab");
        for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
            ids.put(entry.getKey(), entry.getValue().isInt() ? entry.getValue().intValue() : -1);
        }
        JsonNode added = root.path("added_tokens");
        JsonNode end = added.path(0);
        if (added.size() != 1
                || !end.path("content").isTextual()
                || !end.path("id").isInt()) {
            throw new Malformed("added_tokens: " + added.size() + " (expected: one, the end of text)");
        }
        int id = end.path("id").intValue();
        Integer known = ids.putIfAbsent(end.path("content").textValue(), id);
        if (known != null && known != id) {
            throw new Malformed("added_tokens: " + id + " (expected: " + known + " as in the vocabulary)");
        }
        return id;
    }

    private List<Bytes> tokens(int endOfText) throws Malformed {
        List<Bytes> tokens = new ArrayList<>(Collections.nCopies(ids.size(), Bytes.EMPTY));
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id < 0 || id >= ids.size()) {
                throw new Malformed("vocab: id of " + entry.getKey() + " (expected: 0 to " + (ids.size() - 1) + ")");
            }
            if (id != endOfText) {
                tokens.set(id, ByteAlphabet.read(entry.getKey()));
            }
        }
        return tokens;
    }

    private List<BpeMerge> merges() throws Malformed {
        JsonNode list = root.at("/model/merges");
        List<BpeMerge> merges = new ArrayList<>(list.size());
        for (JsonNode merge : list) {
            String[] pair = merge.isArray()
                    ? new String[] {merge.path(0).asText(), merge.path(1).asText()}
                    : merge.asText().split(" ", -1);
            if (pair.length != 2 || merge.isArray() && merge.size() != 2) {
                throw new Malformed("merge: " + merge + " (expected: two tokens)");
            }
            merges.add(new BpeMerge(id(pair[0]), id(pair[1]), id(pair[0] + pair[1])));
        }
        return merges;
    }

    private int id(String token) throws Malformed {
        Integer id = ids.get(token);
        if (id == null) {
            throw new Malformed("merge: " + token + " (expected: a token of the vocabulary)");
        }
        return id;
    }
}
