package covey.chaos.process;

import covey.protocol.port.FaultPoints.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * Which faults strike whom and when, drawn before the start (rule G1): the same seed, crew and kinds give the same
 * plan. Every possible pair of kind and victim is drawn once before any is drawn again.
 */
record StormPlan(List<PlannedFault> faults) {
    /**
     * One fault of a plan.
     *
     * @param number from 1
     * @param atMs after the storm's start; postponed while its victim still suffers from another one
     * @param victim name of a node; or whoever {@link StormPlan} calls by another one; empty: all
     * @param holdMs how long it lasts
     * @param point name of the crash point; else empty
     */
    record PlannedFault(int number, long atMs, FaultKind kind, String victim, long holdMs, String point) {}

    /** The authority that proposed the last block. */
    static final String WRITER = "writer";
    /** Who has run for the longest time. */
    static final String OLDEST = "oldest";

    /** An authority and every second trainer, cut off from all others. */
    static final String HALF = "half";
    /** An authority and all trainers but one: more than are left, but without a majority of the authorities. */
    static final String MOST = "most";

    /** Who may be struck by what. */
    record Pair(FaultKind kind, String victim) {
        /** Such as {@code kill:writer}; {@code starve} where it strikes all. */
        String text() {
            return kind.text() + (victim.isEmpty() ? "" : ":" + victim);
        }
    }

    private static final long HOLD_MIN_MS = 300;
    private static final long DOWN_MAX_MS = 5_000;
    private static final long HOLD_MAX_MS = 12_000;

    StormPlan {
        faults = List.copyOf(faults);
    }

    /**
     * @param gapMs from one fault to the next it is a third of that to all of it
     * @param pairs to draw from, see {@link #pairs}
     */
    static StormPlan draw(long seed, long lengthMs, long gapMs, List<Pair> pairs) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<PlannedFault> faults = new ArrayList<>();
        List<Pair> bag = new ArrayList<>();
        long atMs = random.nextLong(gapMs / 3);
        while (atMs < lengthMs && !pairs.isEmpty()) {
            if (bag.isEmpty()) {
                bag.addAll(shuffled(pairs, random));
            }
            faults.add(fault(faults.size() + 1, atMs, bag.removeLast(), random));
            atMs += random.nextLong(gapMs / 3, gapMs);
        }
        return new StormPlan(faults);
    }

    private static List<Pair> shuffled(List<Pair> pairs, RandomGenerator random) {
        List<Pair> shuffled = new ArrayList<>(pairs);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }

    private static PlannedFault fault(int number, long atMs, Pair pair, RandomGenerator random) {
        boolean isDown = pair.kind() == FaultKind.KILL || pair.kind() == FaultKind.WIPE;
        long holdMs = random.nextLong(HOLD_MIN_MS, isDown ? DOWN_MAX_MS : HOLD_MAX_MS);
        List<Point> points = List.of(Point.values());
        String point = pair.kind() == FaultKind.CRASH_POINT
                ? points.get(random.nextInt(points.size())).name()
                : "";
        return new PlannedFault(number, atMs, pair.kind(), pair.victim(), holdMs, point);
    }

    /**
     * In a fixed order.
     *
     * @param kinds that this machine allows
     */
    static List<Pair> pairs(Crew crew, Set<FaultKind> kinds) {
        List<Pair> pairs = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            if (kinds.contains(kind)) {
                victims(kind, crew).map(victim -> new Pair(kind, victim)).forEach(pairs::add);
            }
        }
        return pairs;
    }

    /**
     * An authority that lost its votes never signs again (rule C5), and a trainer's or validator's hotkey that lost its
     * journal may not go on (rule A3): only observers are wiped.
     */
    private static Stream<String> victims(FaultKind kind, Crew crew) {
        return switch (kind) {
            case KILL, FREEZE ->
                Stream.of(
                                crew.trainers().stream(),
                                crew.validators().stream().limit(1),
                                crew.observers().stream().limit(1),
                                Stream.of(WRITER, WRITER, OLDEST))
                        .flatMap(names -> names);
            case RESTART_LOOP -> Stream.concat(crew.trainers().stream().limit(1), Stream.of(WRITER));
            case CRASH_POINT -> crew.trainers().stream();
            case STARVE -> Stream.of("");
            case FULL_DISK -> crew.smallDisks().stream();
            case SLOW_DISK -> Stream.of(crew.trainers().getFirst(), WRITER);
            case PARTITION -> Stream.of(crew.trainers().getLast(), WRITER, HALF, MOST);
            case MUTE, DEAF, ROUGH_LINK -> Stream.of(crew.trainers().getLast(), WRITER);
            case WIPE ->
                crew.observers().stream().filter(name -> !crew.isOfTheFew(name)).limit(1);
            case JOIN -> Stream.of("");
        };
    }
}
