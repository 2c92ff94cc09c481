package covey.node.wiring;

import covey.node.config.FaultPlan;
import covey.node.config.FaultPlan.Strike;
import covey.node.metrics.NodeEvent;
import covey.protocol.port.FaultPoints;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Announces the points of a plan and waits there for the blow (rule G1). Thread-safe. */
final class PlannedFaults implements FaultPoints {
    private final FaultPlan plan;
    private final Consumer<NodeEvent> announce;
    private final SortedMap<String, Integer> hits = new TreeMap<>();

    /** @param announce must hand the event on before it returns */
    PlannedFaults(FaultPlan plan, Consumer<NodeEvent> announce) {
        this.plan = plan;
        this.announce = announce;
    }

    @Override
    public void reached(Point point, long round) {
        if (plan.strikes().isEmpty()) {
            return;
        }
        int hit = count(point, round);
        for (Strike strike : plan.strikes()) {
            if (strike.point() == point && strike.round() == round && strike.hit() == hit) {
                announce.accept(NodeEvent.of(
                        NodeEvent.CRASH_POINT, round, Map.of("point", point.name(), "phase", point.phase())));
                awaitDeath();
            }
        }
    }

    private synchronized int count(Point point, long round) {
        return hits.merge(point + " " + round, 1, Integer::sum);
    }

    private static void awaitDeath() {
        while (true) {
            LockSupport.park();
        }
    }
}
