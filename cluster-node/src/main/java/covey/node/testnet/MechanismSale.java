package covey.node.testnet;

import covey.node.asset.Speaker;
import covey.node.cli.CommandFailed;
import covey.node.config.GenesisFile;
import covey.node.config.HostPort;
import covey.node.config.KeyFile;
import covey.node.door.DoorClient;
import covey.node.ledger.Reexecution;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.Vote;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.TermsCodec;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a mechanism comes into a run that goes on: one member burns what it costs, the validators vote for all to share
 * alike. A daemon thread of its own; what does not work is one warning.
 */
final class MechanismSale implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MechanismSale.class);
    private static final long POLL_MS = 1_000;
    private static final int POLLS_A_TRY = 5;
    /** Blocks of emission at most; the published price begins at 10. */
    private static final long LIMIT_BLOCKS = 1_000;

    private final Crypto crypto = new Ed25519Crypto();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final TestnetSetup setup;
    private final int tempoBlocks;
    private final SortedMap<String, String> scorers;
    private final Consumer<String> warning;
    private final Set<String> warned = new HashSet<>();
    private int votedFor;

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
            Optional<Reexecution> ledger = Optional.empty();
            for (int poll = 0; !closed.await(POLL_MS, TimeUnit.MILLISECONDS); poll++) {
                ledger = ledger.or(this::begin);
                ledger.ifPresent(this::follow);
                Optional<Economy> economy = ledger.flatMap(l -> l.state().economy());
                economy.ifPresent(this::vote);
                if (poll % POLLS_A_TRY == 0) {
                    economy.ifPresent(this::buy);
                }
            }
        } catch (CommandFailed e) {
            warning.accept("mechanisms: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of a door that is not yet open, nothing. */
    private Optional<Reexecution> begin() {
        try {
            return Optional.of(Reexecution.from(GenesisFile.parse(door().genesis(), crypto), crypto, (_, _, _) -> {}));
        } catch (IOException | Malformed e) {
            return Optional.empty();
        }
    }

    /** As far as the door gives blocks now; the next poll goes on from there. */
    private void follow(Reexecution ledger) {
        try {
            ledger.follow(door());
        } catch (IOException e) {
            LOG.debug("door: {}", e.toString());
        }
    }

    /** Again until they are there: of one name there are no two. */
    private void buy(Economy economy) {
        Set<String> names =
                economy.mechanisms().values().stream().map(Mechanism::name).collect(Collectors.toSet());
        NodeSpec owner = owner();
        scorers.forEach((name, command) -> {
            if (!names.contains(name)) {
                say(owner, "coldkey.key", registration(owner, name, command));
            }
        });
    }

    /** Each time that there is another one. */
    private void vote(Economy economy) {
        List<Integer> all = List.copyOf(economy.mechanisms().keySet());
        boolean bought = economy.mechanisms().values().stream().anyMatch(m -> scorers.containsKey(m.name()));
        if (bought && all.size() > votedFor) {
            votedFor = all.size();
            setup.nodes().stream()
                    .filter(NodeSpec::isValidator)
                    .forEach(node -> say(node, "hotkey.key", new Vote(all, Collections.nCopies(all.size(), 1))));
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
            refused.ifPresent(why -> warn(node.name() + ": " + why));
        } catch (IOException | Malformed e) {
            warn(node.name() + ": " + e.getMessage());
        }
    }

    private void warn(String line) {
        if (warned.add(line)) {
            warning.accept(line);
        }
    }

    private DoorClient door() {
        return new DoorClient(HostPort.parse("door", setup.door()), _ -> true);
    }
}
