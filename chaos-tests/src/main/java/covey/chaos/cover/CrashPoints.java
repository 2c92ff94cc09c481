package covey.chaos.cover;

import covey.protocol.port.FaultPoints.Point;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which named crash points (rule G1) a node of each part passes. The one place that says which it cannot. */
public final class CrashPoints {
    private CrashPoints() {}

    /** Why a node of that part never gets to the point, unless it is a trainer too; empty if it gets there. */
    public static Optional<String> unreachable(Point point, Part part) {
        if (part == Part.TRAINER) {
            return Optional.empty();
        }
        return switch (point) {
            case TRAIN_HALF, TRAIN_DONE -> Optional.of("only trainers make inner steps");
            case COMMIT_RECORDED, COMMIT_SAID -> Optional.of("only trainers have something to commit to");
            case COLLECT_SERVED -> Optional.of("only trainers have a contribution of their own to serve");
            case COLLECT_FETCHED, APPLY_READY, APPLY_SETTLED -> Optional.empty();
        };
    }

    /** Those that a node of that part passes. */
    public static List<Point> of(Part part) {
        return Arrays.stream(Point.values())
                .filter(point -> unreachable(point, part).isEmpty())
                .toList();
    }
}
