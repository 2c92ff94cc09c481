package covey.chaos.cover;

import covey.protocol.port.FaultPoints.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts of what struck in one run, or in several. For one thread. */
public final class Tally {
    private final SortedMap<String, Integer> faults = new TreeMap<>();
    private final SortedMap<String, Integer> partitions = new TreeMap<>();
    private final int[][] crashes = new int[Point.values().length][Part.values().length];
    private final SortedMap<String, Integer> others = new TreeMap<>();

    public Tally() {
        for (Partition.Side side : Partition.Side.values()) {
            for (Partition.Direction direction : Partition.Direction.values()) {
                partitions.put(new Partition(side, direction).toString(), 0);
            }
        }
    }

    /** A fault of that kind struck. */
    public void fault(String kind) {
        faults.merge(kind, 1, Integer::sum);
    }

    public void partition(Partition partition) {
        partitions.merge(partition.toString(), 1, Integer::sum);
    }

    /** A node of that part died at the point. */
    public void crash(Point point, Part part) {
        crashes[point.ordinal()][part.ordinal()]++;
    }

    /** Something else that tells what a run was like. */
    public void other(String what) {
        others.merge(what, 1, Integer::sum);
    }

    public void add(Tally run) {
        run.faults.forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
        run.partitions.forEach((kind, count) -> partitions.merge(kind, count, Integer::sum));
        run.others.forEach((what, count) -> others.merge(what, count, Integer::sum));
        for (int point = 0; point < crashes.length; point++) {
            for (int part = 0; part < crashes[point].length; part++) {
                crashes[point][part] += run.crashes[point][part];
            }
        }
    }

    /** By kind. */
    public SortedMap<String, Integer> faults() {
        return Collections.unmodifiableSortedMap(faults);
    }

    /** By side and direction; also those that are 0. */
    public SortedMap<String, Integer> partitions() {
        return Collections.unmodifiableSortedMap(partitions);
    }

    public SortedMap<String, Integer> others() {
        return Collections.unmodifiableSortedMap(others);
    }

    /** How often a node of that part died at the point. */
    public int crashes(Point point, Part part) {
        return crashes[point.ordinal()][part.ordinal()];
    }

    /** What can be struck and never was: crash points by part, partitions by kind. */
    public List<String> missed() {
        List<String> missed = new ArrayList<>();
        for (Part part : Part.values()) {
            CrashPoints.of(part).stream()
                    .filter(point -> crashes(point, part) == 0)
                    .forEach(point -> missed.add(point + " " + part));
        }
        partitions.entrySet().stream()
                .filter(e -> e.getValue() == 0)
                .forEach(e -> missed.add("PARTITION " + e.getKey()));
        return missed;
    }

    @Override
    public String toString() {
        return "faults " + faults + ", others " + others;
    }
}
