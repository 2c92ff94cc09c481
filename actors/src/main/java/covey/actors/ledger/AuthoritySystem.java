package covey.actors.ledger;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import covey.actors.remote.HotkeyTlsProvider;
import covey.actors.remote.Refusals;
import covey.actors.remote.SystemEnd;
import covey.actors.remote.TlsIdentity;
import covey.protocol.ballot.BallotEffect;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.TransactionRejection;
import covey.protocol.model.Genesis;
import covey.protocol.model.RunId;
import covey.protocol.port.BlockStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.VoteStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * An authority of the embedded chain: the ActorSystem {@code covey-ledger}, for ballots only, on a listener that admits
 * the authorities of genesis and nobody else (rule C7). With one authority nothing listens. Thread-safe.
 */
public final class AuthoritySystem implements AutoCloseable {
    /** Name of the ActorSystem, part of every address. */
    public static final String NAME = "covey-ledger";

    private static final String BALLOTS = "ballots";

    /**
     * What an authority works with.
     *
     * @param signer of an authority of genesis; {@code identity} is the same hotkey
     * @param bindHost local address to listen on; empty for the host that genesis names
     * @param blocks written by the authority; closed by the caller after {@link #close}
     * @param votes the same; fresh on an explicit first start of this hotkey in this run, and then only (rule C5)
     * @param refusals told of those that the listener refused
     * @param onFailure called on the authority's thread; {@link LedgerFailure#endProcess} in production
     */
    public record Parts(
            Genesis genesis,
            RunId run,
            Crypto crypto,
            Crypto.Signer signer,
            TlsIdentity identity,
            String bindHost,
            BlockStore blocks,
            VoteStore votes,
            Refusals refusals,
            Consumer<LedgerFailure> onFailure) {}

    private final Parts parts;
    private final AuthorityView view;
    private final ActorSystem<Void> system;

    private AuthoritySystem(Parts parts, AuthorityView view, ActorSystem<Void> system) {
        this.parts = parts;
        this.view = view;
        this.system = system;
    }

    /**
     * Applies the block file and starts to vote. Throws if the listener cannot be bound, StoreFailure if the blocks are
     * not this run's.
     *
     * @param seed of the jitter between authorities (rule C4)
     */
    public static AuthoritySystem start(Parts parts, long seed) {
        LedgerMachine machine = new LedgerMachine(parts.genesis(), parts.run(), parts.crypto());
        CertificateCheck check = new CertificateCheck(parts.genesis(), parts.run(), parts.crypto());
        LedgerReplay replay = LedgerReplay.of(parts.blocks(), machine, check);
        AuthorityView view = new AuthorityView(machine, replay.state());
        ActorSystemSetup setup = ActorSystemSetup.create(
                BootstrapSetup.create(config(parts)),
                HotkeyTlsProvider.setup(
                        parts.identity(), hotkey -> parts.genesis().authorityIndex(hotkey) >= 0, parts.refusals()));
        return new AuthoritySystem(parts, view, ActorSystem.create(guardian(parts, view, replay, seed), NAME, setup));
    }

    private static Behavior<Void> guardian(Parts parts, AuthorityView view, LedgerReplay replay, long seed) {
        return Behaviors.<Void>setup(context -> {
            List<ActorSelection> peers = parts.genesis().authorities().stream()
                    .map(a -> Adapter.toClassic(context)
                            .actorSelection("pekko://" + NAME + "@" + a.ballots() + "/user/" + BALLOTS))
                    .toList();
            BiConsumer<Integer, BallotEnvelope> wire =
                    (to, envelope) -> peers.get(to).tell(envelope, ActorRef.noSender());
            context.watch(context.spawn(
                    BallotActor.create(parts, view, replay, wire, seed),
                    BALLOTS,
                    DispatcherSelector.fromConfig("covey-ballots")));
            return Behaviors.receive(Void.class)
                    .onSignal(ChildFailed.class, failed -> {
                        parts.onFailure().accept(LedgerFailure.of(LedgerFailure.Kind.BUG, "" + failed.getCause()));
                        return Behaviors.same();
                    })
                    .onSignal(Terminated.class, ended -> Behaviors.same())
                    .build();
        });
    }

    /** System properties win over these settings, these over ledger.conf. */
    private static Config config(Parts parts) {
        return ConfigFactory.defaultOverrides()
                .withFallback(ConfigFactory.parseMap(ofThisNode(parts), "authority"))
                .withFallback(ConfigFactory.parseResourcesAnySyntax(AuthoritySystem.class, "ledger"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    private static Map<String, Object> ofThisNode(Parts parts) {
        Map<String, Object> settings = new LinkedHashMap<>();
        List<Genesis.Authority> authorities = parts.genesis().authorities();
        int self = parts.genesis().authorityIndex(parts.signer().hotkey());
        if (self < 0) {
            throw new IllegalArgumentException("signer: " + parts.signer() + " (expected: an authority of genesis)");
        }
        settings.put("pekko.actor.provider", authorities.size() == 1 ? "local" : "remote");
        String ballots = authorities.get(self).ballots();
        int colon = ballots.lastIndexOf(':');
        String host = ballots.substring(0, colon);
        settings.put("pekko.remote.artery.canonical.hostname", host);
        settings.put("pekko.remote.artery.canonical.port", Integer.parseInt(ballots.substring(colon + 1)));
        settings.put("pekko.remote.artery.bind.hostname", parts.bindHost().isEmpty() ? host : parts.bindHost());
        return settings;
    }

    /**
     * Takes a transaction into the next blocks, or says why it will never count; empty also if it is here already.
     * Checks its signature on the caller's thread.
     */
    public Optional<TransactionRejection> submit(SignedTransaction transaction) {
        return view.mempool().add(transaction);
    }

    /** Tells of each block after it is in {@link #blocks}, on the authority's thread; must be quick. */
    public void subscribe(Consumer<CertifiedBlock> subscriber) {
        view.subscribe(subscriber);
    }

    public void unsubscribe(Consumer<CertifiedBlock> subscriber) {
        view.unsubscribe(subscriber);
    }

    /** After the last certified block. */
    public LedgerState state() {
        return view.state();
    }

    /** For reading. */
    public BlockStore blocks() {
        return parts.blocks();
    }

    /** Why this authority signs nothing any more, if so (rule C5). */
    public Optional<LedgerFailure> stopped() {
        return view.stopped();
    }

    /** Proofs that an authority signed two votes for one ballot and height, since the start; at most one each. */
    public List<BallotEffect.Guilty> guilty() {
        return view.guilty();
    }

    /** Returns when nothing is written any more and the port is free. */
    @Override
    public void close() {
        system.terminate();
        if (!SystemEnd.await(system)) {
            throw new IllegalStateException(NAME + " does not end");
        }
    }
}
