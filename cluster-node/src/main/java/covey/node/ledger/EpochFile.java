package covey.node.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.JsonOutput;
import covey.protocol.model.Limits;
import covey.protocol.yuma.EpochInput;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.EpochResult.Outcome;
import covey.protocol.yuma.EpochRule;
import covey.protocol.yuma.Yuma;
import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Epochs in a JSON file: an object with {@code n}, {@code stake}, {@code params} and {@code steps}, each step with an
 * {@code input}; or an object whose list {@code epoch_vectors} holds such objects. Each step stands alone: its bonds
 * are those of its input.
 */
final class EpochFile {
    private final JsonNode root;

    private EpochFile(JsonNode root) {
        this.root = root;
    }

    static EpochFile read(Path file) {
        try {
            return new EpochFile(new JsonMapper().readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw new CommandFailed("--input: " + file + " (expected: JSON; " + e.getOriginalMessage() + ")");
        } catch (IOException e) {
            throw new CommandFailed("--input: " + file + " (expected: a readable file)");
        }
    }

    /** One object a step, in order: the fields that the vectors call derived, and which step it is. */
    List<ObjectNode> run() {
        List<ObjectNode> results = new ArrayList<>();
        Iterable<JsonNode> vectors = root.has("epoch_vectors") ? root.get("epoch_vectors") : List.of(root);
        try {
            for (JsonNode vector : vectors) {
                int step = 0;
                for (JsonNode json : need(vector, "steps")) {
                    results.add(result(vector, json, step++));
                }
            }
            return results;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed("--input: " + e.getMessage());
        }
    }

    private static ObjectNode result(JsonNode vector, JsonNode step, int index) {
        List<Outcome> slots = rule(need(vector, "params"))
                .apply(input(vector, need(step, "input")))
                .slots();
        ObjectNode out = JsonOutput.object();
        if (vector.has("id")) {
            out.set("id", vector.get("id"));
        }
        out.put("step", index);
        if (step.has("label")) {
            out.set("label", step.get("label"));
        }
        numbers(out, "consensus_u16", slots, Outcome::consensusU16);
        numbers(out, "validator_trust_u16", slots, Outcome::trustU16);
        numbers(out, "incentive_u16", slots, Outcome::incentiveU16);
        numbers(out, "dividends_u16", slots, Outcome::dividendsU16);
        numbers(out, "server_emission", slots, Outcome::incentivePay);
        numbers(out, "validator_emission", slots, Outcome::dividendPay);
        numbers(out, "combined_emission", slots, Outcome::pay);
        ArrayNode bonds = out.putArray("bonds_out_u16");
        slots.forEach(slot -> cells(bonds.addArray(), slot.bonds()));
        ArrayNode permits = out.putArray("validator_permit_out");
        slots.forEach(slot -> permits.add(slot.permit()));
        return out;
    }

    private static void numbers(ObjectNode out, String name, List<Outcome> slots, ToLongFunction<Outcome> value) {
        ArrayNode array = out.putArray(name);
        slots.forEach(slot -> array.add(value.applyAsLong(slot)));
    }

    private static void cells(ArrayNode out, List<Cell> cells) {
        cells.forEach(cell -> out.addArray().add(cell.uid()).add(cell.value()));
    }

    private static EpochRule rule(JsonNode params) {
        Yuma yuma = new Yuma(
                number(params, "kappa_u16", 32767),
                number(params, "bonds_moving_average_ppm", 900_000),
                number(params, "bonds_penalty_u16", 65535),
                params.path("activity_cutoff_blocks").asLong(5_000),
                number(params, "max_allowed_validators", 64),
                params.path("stake_threshold").asLong(0),
                params.path("commit_reveal").asBoolean(false));
        if (!params.path("yuma3").asBoolean(false)) {
            return new EpochRule.Yuma2(yuma);
        }
        return new EpochRule.Yuma3(
                yuma, params.path("liquid_alpha").asBoolean(false) ? Optional.of(liquid(params)) : Optional.empty());
    }

    private static LiquidAlpha liquid(JsonNode params) {
        return new LiquidAlpha(
                number(params, "alpha_low_u16", 45_875),
                number(params, "alpha_high_u16", 58_982),
                number(params, "alpha_sigmoid_steepness", 1_000));
    }

    private static int number(JsonNode object, String name, int otherwise) {
        return object.path(name).asInt(otherwise);
    }

    private static EpochInput input(JsonNode vector, JsonNode input) {
        int count = need(vector, "n").asInt();
        if (count < 1 || count > Limits.UIDS_MAX_COUNT) {
            throw new IllegalArgumentException("n: " + count + " (expected: 1 to " + Limits.UIDS_MAX_COUNT + ")");
        }
        List<Slot> slots = new ArrayList<>();
        for (int uid = 0; uid < count; uid++) {
            slots.add(slot(need(vector, "stake"), input, uid));
        }
        JsonNode params = need(vector, "params");
        return new EpochInput(
                need(input, "block").asLong(),
                need(input, "last_tempo_block").asLong(),
                params.hasNonNull("owner_uid")
                        ? OptionalInt.of(params.get("owner_uid").asInt())
                        : OptionalInt.empty(),
                params.path("epoch_emission").asLong(1_000_000_000),
                slots);
    }

    private static Slot slot(JsonNode stake, JsonNode input, int uid) {
        return new Slot(
                at(stake, "stake", uid).asLong(),
                at(need(input, "last_update"), "last_update", uid).asLong(),
                at(need(input, "block_at_registration"), "block_at_registration", uid)
                        .asLong(),
                at(need(input, "validator_permit_in"), "validator_permit_in", uid)
                        .asBoolean(),
                OptionalLong.empty(),
                false,
                OptionalInt.empty(),
                row(at(need(input, "weights_u16"), "weights_u16", uid)),
                row(at(need(input, "bonds_in_u16"), "bonds_in_u16", uid)));
    }

    private static List<Cell> row(JsonNode cells) {
        List<Cell> row = new ArrayList<>();
        cells.forEach(cell -> row.add(new Cell(
                at(cell, "uid of a cell", 0).asInt(),
                at(cell, "value of a cell", 1).asInt())));
        return row;
    }

    private static JsonNode need(JsonNode object, String name) {
        if (!object.hasNonNull(name)) {
            throw new IllegalArgumentException(name + ": missing (expected: as in the vectors)");
        }
        return object.get(name);
    }

    private static JsonNode at(JsonNode list, String name, int index) {
        if (!list.has(index)) {
            throw new IllegalArgumentException(name + "[" + index + "]: missing (expected: one a uid)");
        }
        return list.get(index);
    }
}
