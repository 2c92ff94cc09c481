package covey.actors.node;

import covey.actors.node.DowningRule.View;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the cluster's state twice a second and does what {@link DowningRule} says. */
final class DowningJudge {
    /** What the judge takes. */
    sealed interface Command {}

    private record Tick() implements Command {}

    private record Quarantined(Address by) implements Command {}

    private static final Duration TICK = Duration.ofMillis(500);
    private static final long STALL_NS = 2_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(DowningJudge.class);

    private final CoveyDowning.Names names;
    private final Cluster cluster;
    private final CoveyDowning.Unreachable unreachable = new CoveyDowning.Unreachable();
    private final Set<Address> quarantinedBy = new LinkedHashSet<>();
    private long lastTickNs = System.nanoTime();

    private DowningJudge(ActorContext<Command> context, CoveyDowning.Names names) {
        this.names = names;
        this.cluster = Cluster.get(context.getSystem().classicSystem());
    }

    static Behavior<Command> create(CoveyDowning.Names names) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.getSystem()
                    .eventStream()
                    .tell(new EventStream.Subscribe<>(
                            ThisActorSystemQuarantinedEvent.class,
                            context.messageAdapter(
                                    ThisActorSystemQuarantinedEvent.class,
                                    event -> new Quarantined(
                                            event.remoteAddress().address()))));
            timers.startTimerWithFixedDelay(new Tick(), TICK);
            return new DowningJudge(context, names).behavior();
        }));
    }

    private Behavior<Command> behavior() {
        return Behaviors.receive(Command.class)
                .onMessage(Tick.class, message -> onTick())
                .onMessage(Quarantined.class, this::onQuarantined)
                .build();
    }

    private Behavior<Command> onTick() {
        long now = System.nanoTime();
        if (now - lastTickNs > STALL_NS) {
            unreachable.forget();
        }
        lastTickNs = now;
        DowningRule.toDown(view(now), now, names.downAfterNs()).stream()
                .filter(member -> !isDown(member))
                .forEach(this::down);
        return Behaviors.same();
    }

    private void down(Address member) {
        LOG.warn("downing {}: unreachable for too long", member);
        cluster.down(member);
    }

    /** Pekko removes it only once every other unreachable member is down, too. */
    private boolean isDown(Address address) {
        for (Member member : cluster.state().getMembers()) {
            if (member.address().equals(address) && !member.status().equals(MemberStatus.down())) {
                return false;
            }
        }
        return true;
    }

    private Behavior<Command> onQuarantined(Quarantined message) {
        quarantinedBy.add(message.by());
        if (DowningRule.shouldLeave(view(System.nanoTime()), quarantinedBy)) {
            LOG.warn("quarantined by {}: leaving, to come back anew", quarantinedBy);
            cluster.down(cluster.selfAddress());
        }
        return Behaviors.same();
    }

    private View view(long nowNs) {
        CurrentClusterState state = cluster.state();
        Set<Address> away = new LinkedHashSet<>();
        for (Member member : state.getUnreachable()) {
            if (!PeerTable.availability(cluster.failureDetector(), member.address())
                    .orElse(false)) {
                away.add(member.address());
            }
        }
        Set<Address> here = new LinkedHashSet<>();
        for (Member member : state.getMembers()) {
            if (!away.contains(member.address())) {
                here.add(member.address());
            }
        }
        return new View(cluster.selfAddress(), here, unreachable.seen(away, nowNs), names.authorities());
    }
}
