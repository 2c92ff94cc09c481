package covey.node.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.NodeApi;
import covey.node.config.GenesisFile;
import covey.node.config.HostPort;
import covey.node.door.DoorClient;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that name a ledger: files, a door, or a running node, which names doors. Blocks of either are executed
 * anew, so that all that must be believed is the id of the run.
 */
final class LedgerSource {
    @Option(names = "--dir", paramLabel = "DIR", description = "A node's folder, with both files.")
    private @Nullable Path directory;

    @Option(names = "--genesis", paramLabel = "FILE", description = "The run's genesis.json.")
    private @Nullable Path genesis;

    @Option(names = "--blocks", paramLabel = "FILE", description = "Its certified blocks.")
    private @Nullable Path blocks;

    @Option(names = "--node", paramLabel = "URL", description = "A node's management URL: the ledger of its run.")
    private @Nullable String url;

    @Option(names = "--door", paramLabel = "HOST:PORT", description = "A door: the ledger that it serves.")
    private @Nullable String door;

    @Option(names = "--run-id", paramLabel = "ID", description = "Refuse any other run.")
    private @Nullable String runId;

    private final Crypto crypto = new Ed25519Crypto();
    private Optional<NodeApi> node = Optional.empty();

    /** The ledger of the node's run. */
    static LedgerSource of(NodeApi node) {
        LedgerSource source = new LedgerSource();
        source.node = Optional.of(node);
        return source;
    }

    /** Throws {@link CommandFailed} with one line where the ledger is not there or not as it should be. */
    Reexecution run(Reexecution.PaymentListener listener) {
        Optional<NodeApi> asked = node.or(() -> Optional.ofNullable(url).map(NodeApi::at));
        if (asked.isPresent()) {
            return ofNode(asked.get().get("status"), listener);
        }
        if (door != null) {
            return ofDoors(List.of(door), runId, listener);
        }
        Reexecution run = Reexecution.of(
                file(genesis, "--genesis", "genesis.json"), file(blocks, "--blocks", "blocks"), crypto, listener);
        requireRun(run.genesis(), runId);
        return run;
    }

    private Path file(@Nullable Path named, String option, String inDirectory) {
        if (named != null) {
            return named;
        }
        if (directory == null) {
            throw new CommandFailed(
                    option + ": none (expected: a file, --dir with a node's folder, --node, or --door)");
        }
        return directory.resolve(inDirectory);
    }

    /** The door must have what the node has. */
    private Reexecution ofNode(JsonNode status, Reexecution.PaymentListener listener) {
        List<String> doors = new ArrayList<>();
        status.path("doors").forEach(named -> doors.add(named.asText()));
        if (doors.isEmpty()) {
            throw new CommandFailed("--node: names no door (expected: a node with /api/v1/status)");
        }
        Reexecution run =
                ofDoors(doors, runId != null ? runId : status.path("runId").asText(), listener);
        long height = status.path("height").asLong();
        if (run.state().height() < height) {
            throw new CommandFailed(
                    "door: ends at height " + run.state().height() + " (expected: " + height + ", as the node has)");
        }
        return run;
    }

    /** Of the first that answers with the genesis that is wanted; what it serves then is all or nothing. */
    private Reexecution ofDoors(List<String> doors, @Nullable String wanted, Reexecution.PaymentListener listener) {
        CommandFailed last = new CommandFailed("doors: none");
        for (String named : doors) {
            DoorClient client = new DoorClient(HostPort.parse("--door", named), _ -> true);
            try {
                GenesisFile served = GenesisFile.parse(client.genesis(), crypto);
                requireRun(served, wanted);
                return ofDoor(client, Reexecution.from(served, crypto, listener));
            } catch (IOException e) {
                last = new CommandFailed(String.valueOf(e.getMessage()), e);
            } catch (Malformed e) {
                last = new CommandFailed("door " + client.door() + ": " + e.rule(), e);
            }
        }
        throw last;
    }

    private static Reexecution ofDoor(DoorClient client, Reexecution run) {
        try {
            run.follow(client);
            return run;
        } catch (IOException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireRun(GenesisFile genesis, @Nullable String wanted) {
        if (wanted != null && !genesis.runId().toString().equals(wanted)) {
            throw new CommandFailed("run id: " + genesis.runId() + " (expected: " + wanted + ")");
        }
    }
}
