package covey.node.asset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.EconomyStatement.Vote;
import covey.protocol.ledger.economy.WeightTurn;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a validator says of uids and mechanisms. The key is its hotkey. */
@Command(name = "weights", description = "Sets, commits and reveals weights.", mixinStandardHelpOptions = true)
public final class WeightsCommand implements Verb {
    private static final String ROW = "UID=VALUE, as often as there are.";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    /** A row of weights in options. */
    static final class RowOptions {
        @Option(names = "--mechanism", paramLabel = "ID", defaultValue = "0")
        private int mechanism;

        @Option(names = "--weight", paramLabel = "UID=VALUE", required = true, description = ROW)
        private Map<Integer, Integer> weights = new TreeMap<>();

        @Option(names = "--version-key", paramLabel = "N", defaultValue = "0", description = "Of the scorer.")
        private long versionKey;

        SetWeights row() {
            TreeMap<Integer, Integer> sorted = new TreeMap<>(weights);
            return new SetWeights(mechanism, List.copyOf(sorted.keySet()), List.copyOf(sorted.values()), versionKey);
        }
    }

    @Command(name = "set", description = "Sets a row in the open.", mixinStandardHelpOptions = true)
    Integer set(@Mixin DoorOptions door, @Mixin RowOptions row) {
        return door.say(spec, _ -> row.row());
    }

    @Command(
            name = "commit",
            description = "Commits a row; what reveals it is on disk before it is said.",
            mixinStandardHelpOptions = true)
    Integer commit(
            @Mixin DoorOptions door,
            @Mixin RowOptions row,
            @Option(names = "--file", paramLabel = "FILE", required = true, description = "New file for the reveal.")
                    Path file) {
        RevealWeights reveal = new RevealWeights(row.row(), salt());
        keep(file, reveal);
        return door.say(
                spec, hotkey -> new CommitWeights(reveal.weights().mechanism(), WeightTurn.commitOf(hotkey, reveal)));
    }

    @Command(name = "reveal", description = "Reveals a committed row.", mixinStandardHelpOptions = true)
    Integer reveal(
            @Mixin DoorOptions door,
            @Option(names = "--file", paramLabel = "FILE", required = true, description = "Written by the commit.")
                    Path file) {
        RevealWeights reveal = read(file);
        return door.say(spec, _ -> reveal);
    }

    @Command(
            name = "vote",
            description = "Says what share of the emission mechanisms should get.",
            mixinStandardHelpOptions = true)
    Integer vote(
            @Mixin DoorOptions door,
            @Option(names = "--share", paramLabel = "ID=VALUE", required = true) Map<Integer, Integer> shares) {
        TreeMap<Integer, Integer> sorted = new TreeMap<>(shares);
        return door.say(spec, _ -> new Vote(List.copyOf(sorted.keySet()), List.copyOf(sorted.values())));
    }

    private static List<Integer> salt() {
        SecureRandom random = new SecureRandom();
        return random.ints(Limits.SALT_COUNT, 0, 1 << 16).boxed().toList();
    }

    private static void keep(Path file, RevealWeights reveal) {
        ObjectNode out = JsonOutput.object()
                .put("mechanism", reveal.weights().mechanism())
                .put("versionKey", reveal.weights().versionKey());
        fill(out.putArray("uids"), reveal.weights().uids());
        fill(out.putArray("values"), reveal.weights().values());
        fill(out.putArray("salt"), reveal.salt());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new JsonMapper().writeValueAsBytes(out)));
            channel.force(true);
        } catch (IOException e) {
            throw new CommandFailed("--file: " + file + " (expected: a new file; " + e + ")", e);
        }
    }

    private static void fill(ArrayNode out, List<Integer> numbers) {
        numbers.forEach(out::add);
    }

    private static RevealWeights read(Path file) {
        try {
            JsonNode in = new JsonMapper().readTree(Files.readAllBytes(file));
            SetWeights row = new SetWeights(
                    in.path("mechanism").asInt(),
                    numbers(in.path("uids")),
                    numbers(in.path("values")),
                    in.path("versionKey").asLong());
            return new RevealWeights(row, numbers(in.path("salt")));
        } catch (IOException e) {
            throw new CommandFailed("--file: " + file + " (expected: one that a commit wrote; " + e + ")", e);
        }
    }

    private static List<Integer> numbers(JsonNode list) {
        List<Integer> numbers = new ArrayList<>();
        list.forEach(n -> numbers.add(n.asInt()));
        return numbers;
    }
}
