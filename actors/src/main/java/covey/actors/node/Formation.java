package covey.actors.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets one generation into a cluster (rule F3), then stops: tries seeds and members met before, never itself; forms a
 * cluster alone only on an explicit first start, or as an authority that nobody answers for long enough.
 */
final class Formation {
    /** What it takes. */
    sealed interface Command {}

    private record Tick() implements Command {}

    private static final Duration TICK = Duration.ofSeconds(1);
    /** How long a generation with a goal tries only that. */
    private static final long GOAL_NS = 10_000_000_000L;

    private static final long COMPLAINT_NS = 60_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Formation.class);

    private final Cluster cluster;
    private final ClusterSettings settings;
    private final ControlPlane plane;
    private final long startNs = System.nanoTime();
    private long complainedNs = startNs;
    private Set<String> tried = Set.of();
    private final Optional<String> goal;
    private boolean alone;

    private Formation(Cluster cluster, ClusterSettings settings, ControlPlane plane, boolean alone) {
        this.cluster = cluster;
        this.settings = settings;
        this.plane = plane;
        this.alone = alone;
        this.goal = plane.takeGoal();
    }

    /** @param alone whether to form a cluster at once */
    static Behavior<Command> create(ClusterSettings settings, ControlPlane plane, boolean alone) {
        return Behaviors.setup(context -> Behaviors.withTimers((TimerScheduler<Command> timers) -> {
            timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, TICK);
            Cluster cluster = Cluster.get(context.getSystem());
            Formation formation = new Formation(cluster, settings, plane, alone);
            return Behaviors.receive(Command.class)
                    .onMessage(Tick.class, tick -> formation.onTick())
                    .build();
        }));
    }

    private Behavior<Command> onTick() {
        if (isIn(cluster.selfMember().status())) {
            return Behaviors.stopped();
        }
        long waitedNs = System.nanoTime() - startNs;
        if (alone || waitedNs >= formAfterNs(settings) && !isBetterOutside()) {
            alone = false;
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
        } else {
            join(goal.filter(address -> waitedNs < GOAL_NS).map(Set::of).orElseGet(() -> candidates(settings, plane)));
        }
        return Behaviors.same();
    }

    /** Whether somebody who answers is in a cluster that this node would leave one of its own for. */
    private boolean isBetterOutside() {
        int own = Outsiders.rank(settings.joining().authorities(), new TreeSet<>(Set.of(settings.hotkey())));
        return plane.bestRankOutside() < own;
    }

    private static boolean isIn(MemberStatus status) {
        return status.equals(MemberStatus.joining()) || PeerTable.isLive(status);
    }

    /** How long to wait for others before forming a cluster alone; practically for ever if self is no authority. */
    static long formAfterNs(ClusterSettings settings) {
        int index = settings.joining().authorities().indexOf(settings.hotkey());
        return index < 0 ? Long.MAX_VALUE : settings.timing().formAfterMs() * 1_000_000L * (1 + index);
    }

    private void join(Set<String> candidates) {
        if (!candidates.isEmpty() && !candidates.equals(tried)) {
            tried = candidates;
            List<Address> addresses = new ArrayList<>();
            candidates.forEach(address -> addresses.add(AddressFromURIString.parse(address)));
            cluster.manager().tell(new JoinSeedNodes(addresses));
        }
        if (System.nanoTime() - complainedNs > COMPLAINT_NS) {
            complainedNs = System.nanoTime();
            LOG.warn("cluster: none of {} answers (expected: one that knows our hotkey); trying on", candidates);
        }
    }

    static Set<String> seeds(ClusterSettings settings) {
        Set<String> out = new LinkedHashSet<>();
        settings.joining().seeds().get().forEach(seed -> out.add(ClusterSettings.address(seed)));
        return out;
    }

    /** Seeds first, then members met before, without self. */
    static Set<String> candidates(ClusterSettings settings, ControlPlane plane) {
        Set<String> out = seeds(settings);
        plane.known().values().forEach(hello -> out.add(hello.address()));
        out.remove(settings.endpoint().address());
        return out;
    }
}
