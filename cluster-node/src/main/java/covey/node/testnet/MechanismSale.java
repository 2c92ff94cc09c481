package covey.node.testnet;

import covey.node.asset.Speaker;
import covey.node.config.GenesisFile;
import covey.node.config.HostPort;
import covey.node.config.KeyFile;
import covey.node.door.DoorClient;
import covey.node.ledger.Reexecution;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.Vote;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.TermsCodec;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How a mechanism comes into a run that goes on: one member burns what it costs, the validators vote for all to share
 * alike. A daemon thread of its own; what does not work is one warning.
 */
final class MechanismSale implements AutoCloseable {
    private static final long POLL_MS = 500;
    /** Blocks of emission at most; the published price begins at 10. */
    private static final long LIMIT_BLOCKS = 1_000;

    private final Crypto crypto = new Ed25519Crypto();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final TestnetSetup setup;
    private final int tempoBlocks;
    private final SortedMap<String, String> scorers;
    private final Consumer<String> warning;

    /** @param scorers commands by the name of the mechanism */
    MechanismSale(TestnetSetup setup, int tempoBlocks, SortedMap<String, String> scorers, Consumer<String> warning) {
        this.setup = setup;
        this.tempoBlocks = tempoBlocks;
        this.scorers = scorers;
        this.warning = warning;
    }

    void start() {
        if (!scorers.isEmpty()) {
            Thread.ofPlatform().daemon().name("covey-mechanism-sale").start(this::run);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            awaitMechanisms(0);
            NodeSpec owner = owner();
            for (var scorer : scorers.entrySet()) {
                say(owner, "coldkey.key", registration(owner, scorer.getKey(), scorer.getValue()));
            }
            List<Integer> all = awaitMechanisms(scorers.size());
            for (NodeSpec node : setup.nodes()) {
                if (node.isValidator()) {
                    say(node, "hotkey.key", new Vote(all, Collections.nCopies(all.size(), 1)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private NodeSpec owner() {
        return setup.nodes().stream().filter(NodeSpec::isTrainer).findFirst().orElseThrow();
    }

    private RegisterMechanism registration(NodeSpec owner, String name, String command) {
        Hash description = crypto.sha256(command.getBytes(StandardCharsets.UTF_8));
        long limit = LIMIT_BLOCKS
                * setup.genesis().genesis().economics().orElseThrow().emission().blockAmount();
        return new RegisterMechanism(
                owner.hotkey(), name, TermsCodec.published("yuma3", tempoBlocks, 1), description, limit);
    }

    private void say(NodeSpec node, String keyFile, EconomyStatement statement) {
        Path key = node.directory().resolve(keyFile);
        try {
            Optional<String> refused =
                    Speaker.at(door(), Ed25519Signer.of(KeyFile.read(key))).say(statement);
            refused.ifPresent(why -> warning.accept(node.name() + ": " + why));
        } catch (IOException | Malformed e) {
            warning.accept(node.name() + ": " + e.getMessage());
        }
    }

    private DoorClient door() {
        return new DoorClient(HostPort.parse("door", setup.door()), _ -> true);
    }

    /** Ids of all mechanisms, once so many more than genesis has are there; of a door that is not yet open, waits. */
    private List<Integer> awaitMechanisms(int more) throws InterruptedException {
        int wanted =
                setup.genesis().genesis().economics().orElseThrow().mechanisms().size() + more;
        while (!closed.await(POLL_MS, TimeUnit.MILLISECONDS)) {
            List<Integer> ids = mechanisms();
            if (ids.size() >= wanted) {
                return ids;
            }
        }
        throw new InterruptedException("closed");
    }

    private List<Integer> mechanisms() {
        try {
            DoorClient door = door();
            GenesisFile genesis = GenesisFile.parse(door.genesis(), crypto);
            return Reexecution.of(door, genesis, crypto, (_, _) -> {}).state().economy().stream()
                    .flatMap(economy -> economy.mechanisms().values().stream().map(Mechanism::id))
                    .limit(Limits.MECHANISMS_MAX_COUNT)
                    .toList();
        } catch (IOException | Malformed e) {
            return List.of();
        }
    }
}
