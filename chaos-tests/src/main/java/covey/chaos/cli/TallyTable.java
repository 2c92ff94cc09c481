package covey.chaos.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.chaos.cover.CrashPoints;
import covey.chaos.cover.Part;
import covey.chaos.cover.Tally;
import covey.protocol.port.FaultPoints.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeSet;

/** What struck in simulated runs, for people and for programs. */
final class TallyTable {
    private TallyTable() {}

    static List<String> lines(Tally tally) {
        List<String> lines = new ArrayList<>();
        counts(lines, "faults", tally.faults());
        counts(lines, "partitions: quorum of the authorities not in the smaller part, or in it", tally.partitions());
        counts(lines, "beside these", tally.others());
        crashPoints(lines, tally);
        List<String> missed = tally.missed();
        lines.add(missed.isEmpty() ? "all that can be hit was hit" : "never hit: " + String.join(", ", missed));
        return lines;
    }

    private static void counts(List<String> lines, String title, SortedMap<String, Integer> counts) {
        lines.add(title);
        counts.forEach((what, count) -> lines.add(String.format(Locale.ROOT, "  %-30s %9d", what, count)));
    }

    private static void crashPoints(List<String> lines, Tally tally) {
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-18s", "deaths at"));
        for (Part part : Part.values()) {
            head.append(String.format(Locale.ROOT, "%10s", part));
        }
        lines.add(head.toString());
        TreeSet<String> reasons = new TreeSet<>();
        for (Point point : Point.values()) {
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "  %-16s", point));
            for (Part part : Part.values()) {
                CrashPoints.unreachable(point, part).ifPresent(why -> reasons.add(point + ": " + why));
                boolean possible = CrashPoints.unreachable(point, part).isEmpty();
                row.append(String.format(Locale.ROOT, "%10s", possible ? "" + tally.crashes(point, part) : "-"));
            }
            lines.add(row.toString());
        }
        reasons.forEach(why -> lines.add("  - " + why));
    }

    /** Adds fields to a summary. */
    static void write(ObjectNode line, Tally tally) {
        tally.faults().forEach(line.putObject("faults")::put);
        tally.partitions().forEach(line.putObject("partitions")::put);
        tally.others().forEach(line.putObject("others")::put);
        ObjectNode points = line.putObject("crashPoints");
        ArrayNode impossible = line.putArray("impossible");
        for (Point point : Point.values()) {
            ObjectNode parts = points.putObject(point.name());
            for (Part part : Part.values()) {
                CrashPoints.unreachable(point, part)
                        .ifPresentOrElse(
                                why -> impossible.add(point + " " + part + ": " + why),
                                () -> parts.put(part.name(), tally.crashes(point, part)));
            }
        }
        tally.missed().forEach(line.putArray("missed")::add);
    }
}
