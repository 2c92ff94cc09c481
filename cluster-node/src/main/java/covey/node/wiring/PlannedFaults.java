package covey.node.wiring;

import covey.node.config.ConfigError;
import covey.node.config.FaultPlan;
import covey.node.metrics.NodeEvent;
import covey.protocol.port.FaultPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Announces the points of a plan and waits there for the blow (rule G1). A plan that is written anew holds from then
 * on. Thread-safe.
 */
final class PlannedFaults implements FaultPoints {
    /** Another one is another plan. */
    private record Stamp(FileTime writtenAt, String key) {}

    private final Path file;
    private final Consumer<NodeEvent> announce;
    /** Of the round that the last point belonged to. */
    private final Map<Point, Integer> hits = new EnumMap<>(Point.class);

    private long round;
    private Stamp stamp;
    private FaultPlan plan;

    /**
     * @param file that holds the plan; ConfigError is thrown if it does not
     * @param announce must hand the event on before it returns
     */
    PlannedFaults(Path file, Consumer<NodeEvent> announce) {
        this.file = file;
        this.announce = announce;
        stamp = stamp();
        plan = FaultPlan.read(file);
    }

    @Override
    public void reached(Point point, long round) {
        if (isStruck(point, round)) {
            announce.accept(
                    NodeEvent.of(NodeEvent.CRASH_POINT, round, Map.of("point", point.name(), "phase", point.phase())));
            awaitDeath();
        }
    }

    private synchronized boolean isStruck(Point point, long roundNow) {
        if (roundNow != round) {
            round = roundNow;
            hits.clear();
        }
        int hit = hits.merge(point, 1, Integer::sum);
        return plan().strikes().stream()
                .anyMatch(strike -> strike.point() == point && strike.round() == roundNow && strike.hit() == hit);
    }

    private FaultPlan plan() {
        Stamp now = stamp();
        if (!now.equals(stamp)) {
            stamp = now;
            plan = FaultPlan.read(file);
        }
        return plan;
    }

    private Stamp stamp() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            throw new ConfigError("faultPlan: " + file + " (expected: a plan that covey testnet wrote)", e);
        }
    }

    private static void awaitDeath() {
        while (true) {
            LockSupport.park();
        }
    }
}
