package covey.actors.node;

import covey.actors.node.ControlCodec.Frame;
import covey.actors.node.ControlCodec.Signed;
import covey.actors.node.ControlMessage.AskOffer;
import covey.actors.node.ControlMessage.GiveOffer;
import covey.actors.node.ControlMessage.Hello;
import covey.actors.node.ControlMessage.Knock;
import covey.actors.node.ControlMessage.Said;
import covey.actors.node.PeerTable.Peer;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.wire.Malformed;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.ReachabilityEvent;
import org.apache.pekko.cluster.ClusterEvent.ReachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.remote.FailureDetectorRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor at /user/inbox, the only one that other nodes reach. Each node knocks at each member until a hello,
 * signed and
 * with the knock's challenge, binds a hotkey to that address; then they exchange offers of bulk transfer. Every other
 * message must carry the receiver's challenge and a growing counter, so nothing can be replayed or passed on.
 *
 * <p>Messages of types that strangers may send but that are no Command are ignored.
 */
final class Peers {
    /** What the inbox takes. */
    sealed interface Command permits Envelope, Say, SayAll, OfferAgain, MemberChanged, ReachabilityChanged, Tick {}

    record Say(Hotkey to, Bytes body) implements Command {}

    record SayAll(Bytes body) implements Command {}

    record OfferAgain() implements Command {}

    private record MemberChanged(MemberEvent event) implements Command {}

    private record ReachabilityChanged(ReachabilityEvent event) implements Command {}

    private record Tick() implements Command {}

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Hotkey NOBODY = new Hotkey(Hash.ZERO);
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private final ActorContext<Command> context;
    private final ClusterSettings settings;
    private final ControlPlane plane;
    private final PeerTable table = new PeerTable();
    private final SecureRandom random = new SecureRandom();
    private final FailureDetectorRegistry<Address> detector;
    private final Outsiders outsiders;
    private final Guests guests = new Guests(this::challenge);
    private final UniqueAddress self;
    private final String selfAddress;
    private boolean joined;

    private Peers(ActorContext<Command> context, ClusterSettings settings, ControlPlane plane) {
        this.context = context;
        this.settings = settings;
        this.plane = plane;
        this.self = Cluster.get(context.getSystem()).selfMember().uniqueAddress();
        this.selfAddress = self.address().toString();
        this.detector = classic().failureDetector();
        this.outsiders = new Outsiders(
                settings.joining().authorities(), settings.timing().formAfterMs() * 1_000_000L);
    }

    static Behavior<Command> create(ClusterSettings settings, ControlPlane plane) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            Cluster cluster = Cluster.get(context.getSystem());
            cluster.subscriptions()
                    .tell(Subscribe.create(
                            context.messageAdapter(MemberEvent.class, MemberChanged::new), MemberEvent.class));
            cluster.subscriptions()
                    .tell(Subscribe.create(
                            context.messageAdapter(ReachabilityEvent.class, ReachabilityChanged::new),
                            ReachabilityEvent.class));
            timers.startTimerAtFixedRate(new Tick(), TICK);
            plane.attach(context.getSelf());
            return new Peers(context, settings, plane).behavior();
        }));
    }

    private Behavior<Command> behavior() {
        return Behaviors.receive(Command.class)
                .onMessage(Envelope.class, message -> then(() -> onEnvelope(message)))
                .onMessage(Say.class, message -> then(() -> onSay(message)))
                .onMessage(SayAll.class, message -> then(() -> onSayAll(message)))
                .onMessage(OfferAgain.class, message -> then(this::onOfferAgain))
                .onMessage(MemberChanged.class, message -> then(() -> onMember(message.event())))
                .onMessage(ReachabilityChanged.class, message -> then(() -> onReachability(message.event())))
                .onMessage(Tick.class, message -> then(this::onTick))
                .build();
    }

    private static Behavior<Command> then(Runnable handler) {
        handler.run();
        return Behaviors.same();
    }

    private void onMember(MemberEvent event) {
        Member member = event.member();
        if (member.uniqueAddress().equals(self)) {
            onSelf(member);
        } else if (event instanceof MemberRemoved) {
            table.removed(member.uniqueAddress());
        } else {
            knockIfNew(table.member(member.uniqueAddress(), member.status(), challenge()));
        }
        announce();
    }

    private void onSelf(Member member) {
        boolean live = PeerTable.isLive(member.status());
        if (live && !joined) {
            plane.selfJoined(System.nanoTime());
        } else if (joined && !live) {
            plane.selfLeaving();
        }
        joined = live;
    }

    private void onReachability(ReachabilityEvent event) {
        table.reachability(event.member().uniqueAddress(), event instanceof ReachableMember);
        announce();
    }

    private void onTick() {
        long now = System.nanoTime();
        plane.beat(now);
        for (Peer peer : table.all()) {
            peer.see(PeerTable.availability(detector, peer.at()));
            knockIfNew(peer);
            askIfUnknown(peer, now);
        }
        outsiders.lookedAt(rank(), plane.inGrace(), now);
        tendGuests(now);
        announce();
    }

    /** Knocks at everybody of the run who is no member here that answers. */
    private void tendGuests(long now) {
        if (guests.isDue(now)) {
            Set<String> addresses = Formation.candidates(settings, plane);
            table.all().stream().filter(Peer::isReachable).map(Peer::address).forEach(addresses::remove);
            guests.at(addresses, now).forEach(this::knock);
        }
        guests.answering(now).forEach(guest -> askUnlessOffered(guest, now));
    }

    private void knock(Peer peer) {
        send(peer, NOBODY, ControlCodec.NO_CHALLENGE, new Knock(selfAddress, peer.address(), peer.challenge()));
    }

    private int rank() {
        SortedSet<Hotkey> here = table.reachable();
        here.add(settings.hotkey());
        return Outsiders.rank(settings.joining().authorities(), here);
    }

    private void announce() {
        long now = System.nanoTime();
        plane.outside(guests.near(now), guests.bestRank(now));
        plane.announce(table.reachable(), now);
    }

    private void knockIfNew(Peer peer) {
        if (peer.isReachable() && peer.hello().isEmpty() && peer.knocks.due(System.nanoTime())) {
            knock(peer);
        }
    }

    private void askIfUnknown(Peer peer, long now) {
        if (peer.isReachable()) {
            askUnlessOffered(peer, now);
        }
    }

    private void askUnlessOffered(Peer peer, long now) {
        if (!peer.offered && peer.hello().isPresent() && peer.asks.due(now)) {
            say(peer, new AskOffer());
        }
    }

    private void onSay(Say message) {
        table.of(message.to()).ifPresent(peer -> say(peer, new Said(message.body())));
    }

    private void onSayAll(SayAll message) {
        for (Hotkey peer : table.reachable()) {
            onSay(new Say(peer, message.body()));
        }
    }

    private void onOfferAgain() {
        table.all().stream().filter(Peer::isReachable).forEach(this::giveOffer);
        guests.answering(System.nanoTime()).forEach(this::giveOffer);
    }

    private void giveOffer(Peer peer) {
        peer.hotkey().flatMap(plane::offerFor).ifPresent(offer -> say(peer, new GiveOffer(offer)));
    }

    private void say(Peer peer, ControlMessage message) {
        peer.hotkey().ifPresent(to -> peer.hello().ifPresent(hello -> send(peer, to, hello.challenge(), message)));
    }

    private void send(Peer peer, Hotkey to, Bytes challenge, ControlMessage message) {
        send(peer.address(), to, challenge, peer.nextCounter(), message);
    }

    private void send(String address, Hotkey to, Bytes challenge, long counter, ControlMessage message) {
        Frame frame = new Frame(settings.self().run(), settings.hotkey(), to, challenge, counter, message);
        context.getSystem()
                .classicSystem()
                .actorSelection(address + "/user/" + ClusterSystem.INBOX)
                .tell(ControlCodec.sign(frame, settings.self().signer()), ActorRef.noSender());
    }

    private void onEnvelope(Envelope envelope) {
        try {
            Signed signed = ControlCodec.decode(envelope.encoded());
            Optional<String> refusal = refusalOf(signed.frame());
            if (refusal.isPresent()) {
                refuse(refusal.get());
            } else if (signed.frame().message() instanceof Knock knock) {
                onKnock(signed, knock);
            } else {
                onSigned(signed);
            }
        } catch (Malformed e) {
            refuse(e.rule());
        }
    }

    private Optional<String> refusalOf(Frame frame) {
        if (!frame.run().equals(settings.self().run())) {
            return Optional.of("run: " + frame.run().brief() + " (expected: this one)");
        }
        return settings.admitted().test(frame.from())
                ? Optional.empty()
                : Optional.of("sender: " + frame.from().brief() + " (expected: a registered hotkey)");
    }

    /** A member that answers, or has not said who it is, is told as such; anybody else is a guest. */
    private void onKnock(Signed signed, Knock knock) {
        Optional<Peer> member = memberAt(knock.from());
        PeerTable.Pace pace = member.map(peer -> peer.answers).orElseGet(() -> guests.answers(knock.from()));
        if (!knock.to().equals(selfAddress)) {
            refuse("knock: for " + knock.to() + " (expected: this node)");
        } else if (pace.due(System.nanoTime())) {
            answer(member, signed, knock);
        }
    }

    /** The member at that address, unless it may be an incarnation that is gone. */
    private Optional<Peer> memberAt(String address) {
        return table.at(address)
                .filter(peer -> peer.isReachable() || peer.hello().isEmpty());
    }

    private void answer(Optional<Peer> member, Signed signed, Knock knock) {
        if (ControlCodec.isSigned(signed, settings.self().crypto())) {
            Hotkey from = signed.frame().from();
            Optional<Peer> peer = member.isPresent()
                    ? member
                    : guests.knocked(knock.from(), from, knock.challenge(), System.nanoTime());
            Hello hello = hello(peer.map(Peer::challenge).orElse(ControlCodec.NO_CHALLENGE));
            send(
                    knock.from(),
                    from,
                    knock.challenge(),
                    peer.map(Peer::nextCounter).orElse(0L),
                    hello);
        } else {
            refuse("signature of a knock (expected: the sender's)");
        }
    }

    private Hello hello(Bytes challenge) {
        ClusterSettings.Self me = settings.self();
        long height = me.lastHeight().getAsLong();
        int rank = joined ? rank() : Outsiders.NONE;
        return new Hello(selfAddress, me.roles(), me.httpUrl(), height, rank, challenge);
    }

    private void onSigned(Signed signed) {
        Frame frame = signed.frame();
        Optional<Peer> member = table.challengedWith(frame.challenge());
        Optional<Peer> guest = guests.challengedWith(frame.challenge());
        if (!frame.to().equals(settings.hotkey())) {
            refuse("message for " + frame.to().brief() + " (expected: this node)");
        } else if (member.isPresent()) {
            onPeer(member.get(), signed);
        } else if (guest.isPresent()) {
            onGuest(guest.get(), signed);
        } else {
            refuse("message of " + frame.from().brief() + " (expected: our challenge)");
        }
    }

    private boolean onPeer(Peer peer, Signed signed) {
        Frame frame = signed.frame();
        boolean taken = peer.accepts(frame.counter())
                && isFrom(peer, frame)
                && ControlCodec.isSigned(signed, settings.self().crypto());
        if (taken) {
            peer.accepted(frame.counter());
            onFresh(peer, frame);
        } else {
            refuse("message of " + frame.from().brief() + " (expected: signed, fresh and from there)");
        }
        return taken;
    }

    private void onGuest(Peer guest, Signed signed) {
        long now = System.nanoTime();
        if (onPeer(guest, signed)) {
            guests.heard(guest, now);
            if (signed.frame().message() instanceof Hello hello
                    && memberAt(hello.address()).isEmpty()
                    && outsiders.heard(signed.frame().from(), hello.address(), hello.rank(), now)) {
                moveTo(hello.address());
            }
        }
    }

    /** A named authority lives in a better cluster: this node goes there, in a new generation. */
    private void moveTo(String address) {
        LOG.warn("cluster: {} is in a better one; joining it", address);
        plane.goTo(address);
        classic().down(self.address());
    }

    private org.apache.pekko.cluster.Cluster classic() {
        return org.apache.pekko.cluster.Cluster.get(context.getSystem().classicSystem());
    }

    /** A hello binds the address to a hotkey; from then on only that one speaks there. */
    private static boolean isFrom(Peer peer, Frame frame) {
        boolean says = frame.message() instanceof Hello hello && hello.address().equals(peer.address());
        return peer.hotkey().map(frame.from()::equals).orElse(says);
    }

    private void onFresh(Peer peer, Frame frame) {
        switch (frame.message()) {
            case Hello hello -> onHello(peer, frame.from(), hello);
            case AskOffer ask -> giveOffer(peer);
            case GiveOffer give -> {
                peer.offered = true;
                plane.learn(frame.from(), give.offer());
            }
            case Said said -> plane.said(frame.from(), said.body());
            case Knock knock -> throw new IllegalStateException("knock is answered elsewhere: " + knock);
        }
    }

    /** The first hello is answered with one, as the peer may take nothing else before. */
    private void onHello(Peer peer, Hotkey from, Hello hello) {
        if (!hello.address().equals(peer.address())) {
            refuse("hello: " + hello.address() + " (expected: " + peer.address() + ")");
            return;
        }
        boolean first = peer.hotkey().isEmpty();
        peer.bind(from, hello);
        plane.met(from, hello);
        if (first) {
            say(peer, hello(peer.challenge()));
        }
        announce();
        askIfUnknown(peer, System.nanoTime());
    }

    private void refuse(String why) {
        plane.countRefused();
        LOG.debug("control message refused: {}", why);
    }

    private Bytes challenge() {
        byte[] out = new byte[ControlCodec.CHALLENGE_BYTES];
        random.nextBytes(out);
        return Bytes.wrap(out);
    }
}
