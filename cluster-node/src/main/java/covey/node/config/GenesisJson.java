package covey.node.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.ContentId;
import covey.protocol.model.Economics;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Between a run's genesis and its JSON. Every field has bounds; {@code economics} is optional, and of the
 * data the tokenizer's file. */
final class GenesisJson {
    private static final int NAME_MAX_BYTES = 64;
    private static final int SOURCE_MAX_BYTES = 256;
    private static final String TOKENIZER_CONTENT = "tokenizerContent";
    private static final String TOKENIZER_BYTES = "tokenizerBytes";
    private static final long HOUR_MS = 3_600_000;

    private GenesisJson() {}

    static Genesis read(JsonFields in) throws Malformed {
        int version = in.integer("version", 1, 1);
        String name = in.text("name", NAME_MAX_BYTES);
        ModelShape model = model(in.object("model"));
        long seed = in.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
        ContentId thetaRoot = new ContentId(in.hash("thetaRoot"));
        Genesis.Training training = training(in.object("training"));
        Genesis.Timing timing = timing(in.object("timing"));
        List<Genesis.Member> members = members(in);
        List<Genesis.Authority> authorities = authorities(in, members);
        Genesis.DataManifest data = data(in.object("data"), model);
        Optional<Economics> economics =
                in.has("economics") ? Optional.of(EconomicsJson.read(in.object("economics"))) : Optional.empty();
        in.end();
        assert version == 1;
        return new Genesis(name, model, seed, thetaRoot, training, timing, members, authorities, data, economics);
    }

    private static ModelShape model(JsonFields in) throws Malformed {
        ModelShape model = new ModelShape(
                in.integer("vocabulary", 64, Limits.MODEL_VOCABULARY_MAX),
                in.integer("width", 64, Limits.MODEL_WIDTH_MAX),
                in.integer("layers", 1, Limits.MODEL_LAYERS_MAX),
                in.integer("heads", 1, Limits.MODEL_WIDTH_MAX),
                in.integer("kvHeads", 1, Limits.MODEL_WIDTH_MAX),
                in.integer("ffn", 64, Limits.MODEL_WIDTH_MAX),
                in.integer("sequence", 2, Limits.MODEL_SEQUENCE_MAX),
                in.bool("tiedEmbedding"));
        in.end();
        return model;
    }

    private static Genesis.Training training(JsonFields in) throws Malformed {
        Genesis.Training training = new Genesis.Training(
                in.integer("innerSteps", 1, Limits.INNER_STEPS_MAX),
                in.integer("batch", 1, Limits.BATCH_MAX_COUNT),
                in.number("peakLearningRate", 0, 10),
                in.integer("warmupSteps", 0, Integer.MAX_VALUE),
                in.integer("totalSteps", 0L, Long.MAX_VALUE),
                in.number("finalRatio", 0, 1),
                in.number("adamBeta1", 0, 1),
                in.number("adamBeta2", 0, 1),
                in.number("adamEpsilon", 0, 1),
                in.number("weightDecay", 0, 10),
                in.number("gradientClip", 0, 1e6),
                in.integer("bits", 1, 2),
                (float) in.number("errorFeedbackDecay", 0, 1),
                in.integer("alphaQ16", 0, 16 * Limits.FACTOR_ONE));
        Genesis.Training aggregated = in.has("aggregation") ? training.with(aggregation(in)) : training;
        in.end();
        return aggregated;
    }

    private static AggregationPolicy aggregation(JsonFields in) throws Malformed {
        String text = in.text("aggregation", SOURCE_MAX_BYTES);
        return AggregationPolicy.of(text)
                .orElseThrow(() -> new Malformed("aggregation: '" + text
                        + "' (expected: contributor-mean, mean, shrunk-mean, trimmed-mean or sign-agreement)"));
    }

    private static Genesis.Timing timing(JsonFields in) throws Malformed {
        Genesis.Timing timing = new Genesis.Timing(
                in.integer("blockMinMs", 1, Limits.BLOCK_TIME_MAX_MS),
                in.integer("blockIdleMs", 1, Limits.BLOCK_TIME_MAX_MS),
                in.integer("ceilingMs", 1, HOUR_MS),
                in.integer("collectMs", 1, HOUR_MS),
                in.integer("minTrainers", 1, Limits.COLLECT_MAX_COUNT),
                in.integer("checkpointRounds", 1, 1_000_000),
                in.integer("collectCap", 1, Limits.COLLECT_MAX_COUNT));
        in.end();
        return timing;
    }

    private static List<Genesis.Member> members(JsonFields in) throws Malformed {
        List<Genesis.Member> members = new ArrayList<>();
        for (JsonFields item : in.objects("members", Limits.REGISTRY_MAX_COUNT)) {
            members.add(new Genesis.Member(
                    new Hotkey(item.hash("hotkey")),
                    new Hotkey(item.hash("coldkey")),
                    roles(item),
                    item.text("label", Limits.LABEL_MAX_BYTES)));
            item.end();
        }
        for (int i = 1; i < members.size(); i++) {
            Hotkey hotkey = members.get(i).hotkey();
            if (members.get(i - 1).hotkey().compareTo(hotkey) >= 0) {
                throw new Malformed("members[" + i + "].hotkey: " + hotkey + " (expected: ascending, each once)");
            }
        }
        return members;
    }

    private static int roles(JsonFields item) throws Malformed {
        int bits = 0;
        for (String text : item.texts("roles", Role.values().length)) {
            int bit = bit(text);
            if ((bits & bit) != 0) {
                throw new Malformed("roles: '" + text + "' twice (expected: each role once)");
            }
            bits |= bit;
        }
        return bits;
    }

    private static int bit(String text) throws Malformed {
        for (Role role : Role.values()) {
            if (name(role).equals(text)) {
                return role.bit();
            }
        }
        throw new Malformed("roles: '" + text + "' (expected: trainer, validator, observer or authority)");
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static List<Genesis.Authority> authorities(JsonFields in, List<Genesis.Member> members) throws Malformed {
        List<Genesis.Authority> authorities = new ArrayList<>();
        Set<Hotkey> seen = new HashSet<>();
        for (JsonFields item : in.objects("authorities", Limits.AUTHORITIES_MAX_COUNT)) {
            Hotkey hotkey = new Hotkey(item.hash("hotkey"));
            boolean named = members.stream().anyMatch(m -> m.hotkey().equals(hotkey) && m.has(Role.AUTHORITY));
            if (!named || !seen.add(hotkey)) {
                throw new Malformed(
                        "authorities: " + hotkey + " (expected: a member with the role authority, each once)");
            }
            authorities.add(new Genesis.Authority(hotkey, address(item, "door"), address(item, "ballots")));
            item.end();
        }
        return authorities;
    }

    private static String address(JsonFields item, String field) throws Malformed {
        String text = item.text(field, Limits.ADDRESS_MAX_BYTES);
        try {
            return HostPort.parse(field, text).toString();
        } catch (ConfigError e) {
            throw new Malformed("authorities." + e.getMessage());
        }
    }

    private static Genesis.DataManifest data(JsonFields in, ModelShape model) throws Malformed {
        long maxTokens = Limits.CONTENT_MAX_BYTES / 2;
        Genesis.DataManifest data = new Genesis.DataManifest(
                in.text("tokenizer", SOURCE_MAX_BYTES),
                new ContentId(in.hash("train")),
                in.integer("trainTokens", model.sequence() + 1L, maxTokens),
                new ContentId(in.hash("heldOut")),
                in.integer("heldOutTokens", 0L, maxTokens),
                in.integer("heldOutTextBytes", 0L, Limits.CONTENT_MAX_BYTES),
                in.text("source", SOURCE_MAX_BYTES),
                tokenizerFile(in));
        in.end();
        return data;
    }

    private static Optional<Genesis.Shard> tokenizerFile(JsonFields in) throws Malformed {
        if (!in.has(TOKENIZER_CONTENT)) {
            return Optional.empty();
        }
        return Optional.of(Genesis.Shard.tokenizer(
                new ContentId(in.hash(TOKENIZER_CONTENT)),
                in.integer(TOKENIZER_BYTES, 1L, (long) Limits.TOKENIZER_MAX_BYTES)));
    }

    static ObjectNode write(Genesis genesis, ObjectMapper mapper) {
        ObjectNode out = mapper.createObjectNode();
        out.put("version", 1).put("name", genesis.name());
        write(genesis.model(), out.putObject("model"));
        out.put("seed", genesis.seed()).put("thetaRoot", genesis.thetaRoot().toString());
        write(genesis.training(), out.putObject("training"));
        write(genesis.timing(), out.putObject("timing"));
        ArrayNode members = out.putArray("members");
        genesis.members().forEach(member -> write(member, members.addObject()));
        ArrayNode authorities = out.putArray("authorities");
        genesis.authorities()
                .forEach(a -> authorities
                        .addObject()
                        .put("hotkey", a.hotkey().toString())
                        .put("door", a.door())
                        .put("ballots", a.ballots()));
        write(genesis.data(), out.putObject("data"));
        genesis.economics().ifPresent(economics -> EconomicsJson.write(economics, out.putObject("economics")));
        return out;
    }

    private static void write(ModelShape model, ObjectNode out) {
        out.put("vocabulary", model.vocabulary())
                .put("width", model.width())
                .put("layers", model.layers())
                .put("heads", model.heads())
                .put("kvHeads", model.kvHeads())
                .put("ffn", model.ffn())
                .put("sequence", model.sequence())
                .put("tiedEmbedding", model.tiedEmbedding());
    }

    private static void write(Genesis.Timing t, ObjectNode out) {
        out.put("blockMinMs", t.blockMinMs())
                .put("blockIdleMs", t.blockIdleMs())
                .put("ceilingMs", t.ceilingMs())
                .put("collectMs", t.collectMs())
                .put("minTrainers", t.minTrainers())
                .put("checkpointRounds", t.checkpointRounds())
                .put("collectCap", t.collectCap());
    }

    private static void write(Genesis.Training t, ObjectNode out) {
        out.put("innerSteps", t.innerSteps())
                .put("batch", t.batch())
                .put("peakLearningRate", t.peakLearningRate())
                .put("warmupSteps", t.warmupSteps())
                .put("totalSteps", t.totalSteps())
                .put("finalRatio", t.finalRatio())
                .put("adamBeta1", t.adamBeta1())
                .put("adamBeta2", t.adamBeta2())
                .put("adamEpsilon", t.adamEpsilon())
                .put("weightDecay", t.weightDecay())
                .put("gradientClip", t.gradientClip())
                .put("bits", t.bits())
                .put("errorFeedbackDecay", t.errorFeedbackDecay())
                .put("alphaQ16", t.alphaQ16())
                .put("aggregation", t.aggregation().text());
    }

    private static void write(Genesis.Member member, ObjectNode out) {
        out.put("hotkey", member.hotkey().toString())
                .put("coldkey", member.coldkey().toString());
        ArrayNode roles = out.putArray("roles");
        for (Role role : Role.values()) {
            if (member.has(role)) {
                roles.add(name(role));
            }
        }
        out.put("label", member.label());
    }

    private static void write(Genesis.DataManifest data, ObjectNode out) {
        out.put("tokenizer", data.tokenizer())
                .put("train", data.train().toString())
                .put("trainTokens", data.trainTokens())
                .put("heldOut", data.heldOut().toString())
                .put("heldOutTokens", data.heldOutTokens())
                .put("heldOutTextBytes", data.heldOutTextBytes())
                .put("source", data.source());
        data.tokenizerFile()
                .ifPresent(file ->
                        out.put(TOKENIZER_CONTENT, file.content().toString()).put(TOKENIZER_BYTES, file.lengthBytes()));
    }
}
