package covey.node.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The section {@code economics} of genesis. Every field has bounds; only a mechanism's owner is optional. */
final class EconomicsJson {
    private static final int BLOCKS_MAX = 10_000_000;
    private static final Set<String> RULES = Set.of("yuma2", "yuma3", "yuma3-liquid", "linear");

    private EconomicsJson() {}

    static Economics read(JsonFields in) throws Malformed {
        Economics economics = new Economics(
                balances(in),
                staked(in),
                emission(in.object("emission")),
                registration(in.object("registration")),
                weights(in.object("weights")),
                takes(in.object("takes")),
                mechanisms(in),
                burn(in.object("mechanismBurn")),
                in.integer("tempoBlocks", 1, BLOCKS_MAX));
        in.end();
        return economics;
    }

    private static List<Economics.Balance> balances(JsonFields in) throws Malformed {
        List<Economics.Balance> all = new ArrayList<>();
        for (JsonFields item : in.objects("free", Limits.ACCOUNTS_MAX_COUNT)) {
            all.add(new Economics.Balance(new Hotkey(item.hash("account")), amount(item, "amount")));
            item.end();
        }
        return all;
    }

    private static List<Economics.Staked> staked(JsonFields in) throws Malformed {
        List<Economics.Staked> all = new ArrayList<>();
        for (JsonFields item : in.objects("staked", Limits.ACCOUNTS_MAX_COUNT)) {
            all.add(new Economics.Staked(
                    new Hotkey(item.hash("account")), new Hotkey(item.hash("hotkey")), amount(item, "amount")));
            item.end();
        }
        return all;
    }

    private static Economics.Emission emission(JsonFields in) throws Malformed {
        List<Integer> split = new ArrayList<>();
        for (JsonFields part : in.objects("split", Limits.MECHANISMS_MAX_COUNT)) {
            split.add(share(part, "shareU16"));
            part.end();
        }
        Economics.Emission emission = new Economics.Emission(
                amount(in, "blockAmount"), amount(in, "maxSupply"), share(in, "ownerCutU16"), split);
        in.end();
        return emission;
    }

    private static Economics.Registration registration(JsonFields in) throws Malformed {
        Economics.Registration registration = new Economics.Registration(
                in.integer("maxUids", 1, Limits.UIDS_MAX_COUNT),
                in.integer("immunityBlocks", 0, BLOCKS_MAX),
                in.integer("minNonImmuneCount", 0, Limits.UIDS_MAX_COUNT),
                burn(in.object("burn")));
        in.end();
        return registration;
    }

    private static Economics.Burn burn(JsonFields in) throws Malformed {
        Economics.Burn burn = new Economics.Burn(
                in.integer("halfLifeBlocks", 1, BLOCKS_MAX),
                in.integer("increaseQ32", 1L << 32, 1L << 40),
                amount(in, "min"),
                amount(in, "max"),
                amount(in, "start"));
        in.end();
        return burn;
    }

    private static Economics.Weights weights(JsonFields in) throws Malformed {
        Economics.Weights weights = new Economics.Weights(
                in.integer("rateLimitBlocks", 0, BLOCKS_MAX),
                in.integer("minCount", 0, Limits.UIDS_MAX_COUNT),
                share(in, "maxU16"),
                in.integer("servingBlocks", 0, BLOCKS_MAX));
        in.end();
        return weights;
    }

    private static Economics.Takes takes(JsonFields in) throws Malformed {
        Economics.Takes takes = new Economics.Takes(share(in, "firstU16"), share(in, "maxU16"));
        in.end();
        return takes;
    }

    private static List<Economics.First> mechanisms(JsonFields in) throws Malformed {
        List<Economics.First> all = new ArrayList<>();
        for (JsonFields item : in.objects("mechanisms", Limits.MECHANISMS_MAX_COUNT)) {
            String name = item.text("name", Limits.LABEL_MAX_BYTES);
            String rule = item.text("rule", Limits.LABEL_MAX_BYTES);
            if (!RULES.contains(rule)) {
                throw new Malformed("mechanisms.rule: '" + rule + "' (expected: yuma2, yuma3, yuma3-liquid or linear)");
            }
            int revealEpochs = item.integer("revealEpochs", 0, Limits.REVEAL_EPOCHS_MAX);
            Optional<Hotkey> owner = item.has("owner") ? Optional.of(new Hotkey(item.hash("owner"))) : Optional.empty();
            all.add(new Economics.First(name, rule, revealEpochs, owner));
            item.end();
        }
        return all;
    }

    private static long amount(JsonFields in, String field) throws Malformed {
        return in.integer(field, 0L, Limits.SUPPLY_MAX);
    }

    private static int share(JsonFields in, String field) throws Malformed {
        return in.integer(field, 0, Economics.U16_ONE);
    }

    static void write(Economics e, ObjectNode out) {
        ArrayNode free = out.putArray("free");
        e.free()
                .forEach(b ->
                        free.addObject().put("account", b.account().toString()).put("amount", b.amount()));
        ArrayNode staked = out.putArray("staked");
        e.staked()
                .forEach(s -> staked.addObject()
                        .put("account", s.account().toString())
                        .put("hotkey", s.hotkey().toString())
                        .put("amount", s.amount()));
        write(e.emission(), out.putObject("emission"));
        ObjectNode registration = out.putObject("registration");
        registration
                .put("maxUids", e.registration().maxUids())
                .put("immunityBlocks", e.registration().immunityBlocks())
                .put("minNonImmuneCount", e.registration().minNonImmuneCount());
        write(e.registration().burn(), registration.putObject("burn"));
        out.putObject("weights")
                .put("rateLimitBlocks", e.weights().rateLimitBlocks())
                .put("minCount", e.weights().minCount())
                .put("maxU16", e.weights().maxU16())
                .put("servingBlocks", e.weights().servingBlocks());
        out.putObject("takes")
                .put("firstU16", e.takes().firstU16())
                .put("maxU16", e.takes().maxU16());
        ArrayNode mechanisms = out.putArray("mechanisms");
        e.mechanisms().forEach(m -> write(m, mechanisms.addObject()));
        write(e.mechanismBurn(), out.putObject("mechanismBurn"));
        out.put("tempoBlocks", e.tempoBlocks());
    }

    private static void write(Economics.Emission emission, ObjectNode out) {
        out.put("blockAmount", emission.blockAmount())
                .put("maxSupply", emission.maxSupply())
                .put("ownerCutU16", emission.ownerCutU16());
        ArrayNode split = out.putArray("split");
        emission.splitU16().forEach(share -> split.addObject().put("shareU16", share));
    }

    private static void write(Economics.Burn burn, ObjectNode out) {
        out.put("halfLifeBlocks", burn.halfLifeBlocks())
                .put("increaseQ32", burn.increaseQ32())
                .put("min", burn.min())
                .put("max", burn.max())
                .put("start", burn.start());
    }

    private static void write(Economics.First first, ObjectNode out) {
        out.put("name", first.name()).put("rule", first.rule()).put("revealEpochs", first.revealEpochs());
        first.owner().ifPresent(owner -> out.put("owner", owner.toString()));
    }
}
