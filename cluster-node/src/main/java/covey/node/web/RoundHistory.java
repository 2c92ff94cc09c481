package covey.node.web;

import covey.node.metrics.EventSink;
import covey.node.metrics.NodeEvent;
import covey.node.web.NodeView.RoundRow;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The latest rounds as this node's events tell them. Thread-safe. */
public final class RoundHistory implements EventSink {
    private static final int ROUNDS_MAX_COUNT = 1000;
    /** Phase of a round whose outer step this node has made. */
    private static final String SEALED = "SEALED";

    private final SortedMap<Long, RoundRow> rows = new TreeMap<>();

    @Override
    public synchronized void write(NodeEvent event) {
        switch (event.kind()) {
            case NodeEvent.PHASE ->
                put(inPhase(row(event.round()), String.valueOf(event.fields().get("phase"))));
            case NodeEvent.TRAINED -> put(trained(row(event.round()), event.number("trainLoss")));
            case NodeEvent.APPLIED -> put(applied(row(event.round()), event));
            default -> {}
        }
    }

    /** Newest last. */
    public synchronized List<RoundRow> rows() {
        return List.copyOf(rows.values());
    }

    private RoundRow row(long round) {
        RoundRow known = rows.get(round);
        return known != null
                ? known
                : new RoundRow(
                        round,
                        "",
                        0,
                        0,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty());
    }

    private void put(RoundRow row) {
        if (row.round() > 0) {
            rows.put(row.round(), row);
        }
        if (rows.size() > ROUNDS_MAX_COUNT) {
            rows.remove(rows.firstKey());
        }
    }

    /** A round that is over stays so: a restart replays its phases. */
    private static RoundRow inPhase(RoundRow row, String phase) {
        return SEALED.equals(row.phase())
                ? row
                : new RoundRow(
                        row.round(),
                        phase,
                        row.collected(),
                        row.rejected(),
                        row.stateRoot(),
                        row.trainLoss(),
                        row.heldOutLoss(),
                        row.heldOutBitsPerByte(),
                        row.durationMs(),
                        row.bytesPerContribution());
    }

    private static RoundRow trained(RoundRow row, OptionalDouble trainLoss) {
        return new RoundRow(
                row.round(),
                row.phase(),
                row.collected(),
                row.rejected(),
                row.stateRoot(),
                trainLoss,
                row.heldOutLoss(),
                row.heldOutBitsPerByte(),
                row.durationMs(),
                row.bytesPerContribution());
    }

    private static RoundRow applied(RoundRow row, NodeEvent event) {
        OptionalDouble trainLoss = event.number("trainLoss");
        return new RoundRow(
                row.round(),
                SEALED,
                (int) event.number("collected").orElse(0),
                (int) event.number("rejected").orElse(0),
                root(event.fields().get("stateRoot")),
                trainLoss.isPresent() ? trainLoss : row.trainLoss(),
                event.number("heldOutLoss"),
                event.number("heldOutBitsPerByte"),
                whole(event.number("durationMs")),
                whole(event.number("bytesPerContribution")));
    }

    private static Optional<ContentId> root(@Nullable Object field) {
        return field == null || field.toString().length() != 2 * Hash.BYTES
                ? Optional.empty()
                : Optional.of(new ContentId(Hash.parse(field.toString())));
    }

    private static OptionalLong whole(OptionalDouble value) {
        return value.isPresent() ? OptionalLong.of((long) value.getAsDouble()) : OptionalLong.empty();
    }
}
