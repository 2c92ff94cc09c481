package covey.node.wiring;

import covey.actors.node.ControlMessage;
import covey.actors.node.ControlPlane;
import covey.node.metrics.EventSink;
import covey.node.metrics.NodeEvent;
import covey.node.web.NodeView;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Remembers what the API shows beside the ledger: this node's last rounds, and what became of each peer. Thread-safe. */
final class NodeWatch implements EventSink {
    private static final int ROUNDS_KEPT = 256;

    private static final class Tally {
        private long lastRound;
        private long accepted;
        private long rejected;
    }

    private final Deque<NodeView.RoundRow> rounds = new ArrayDeque<>();
    private final SortedMap<Hotkey, Tally> tallies = new TreeMap<>();
    private Optional<ContentId> stateRoot = Optional.empty();
    private long lastCounted;

    @Override
    public synchronized void write(NodeEvent event) {
        if (event.kind().equals(NodeEvent.APPLIED)) {
            ContentId root = ContentId.parse(String.valueOf(event.fields().get("stateRoot")));
            stateRoot = Optional.of(root);
            rounds.addLast(row(event, root));
            if (rounds.size() > ROUNDS_KEPT) {
                rounds.removeFirst();
            }
        }
    }

    private static NodeView.RoundRow row(NodeEvent event, ContentId root) {
        return new NodeView.RoundRow(
                event.round(),
                "SEALED",
                (int) whole(event, "collected").orElse(0),
                (int) whole(event, "rejected").orElse(0),
                Optional.of(root),
                finite(event, "trainLoss"),
                finite(event, "heldOutLoss"),
                finite(event, "heldOutBitsPerByte"),
                whole(event, "durationMs"),
                whole(event, "bytesPerContribution"));
    }

    private static OptionalLong whole(NodeEvent event, String field) {
        OptionalDouble number = event.number(field);
        return number.isPresent() ? OptionalLong.of((long) number.getAsDouble()) : OptionalLong.empty();
    }

    private static OptionalDouble finite(NodeEvent event, String field) {
        OptionalDouble number = event.number(field);
        return number.isPresent() && Double.isFinite(number.getAsDouble()) ? number : OptionalDouble.empty();
    }

    synchronized NodeView view(
            RunId run, Hotkey self, int roles, LedgerState ledger, String phase, ControlPlane plane) {
        count(ledger);
        return new NodeView(
                run, self, roles, ledger, phase, stateRoot, peers(self, ledger, plane), rows(ledger, phase));
    }

    private List<NodeView.RoundRow> rows(LedgerState ledger, String phase) {
        List<NodeView.RoundRow> rows = new ArrayList<>(rounds);
        ledger.round()
                .map(RoundState::round)
                .filter(round -> rows.isEmpty() || rows.getLast().round() < round)
                .ifPresent(round -> rows.add(new NodeView.RoundRow(
                        round,
                        phase,
                        0,
                        0,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty())));
        return rows;
    }

    /** Counts sealed rounds that were not counted yet and that the ledger still remembers. */
    private void count(LedgerState ledger) {
        for (long round = lastCounted + 1; round <= ledger.lastSealed(); round++) {
            long counted = round;
            ledger.sealed(round).ifPresent(done -> {
                done.collectSet().forEach(commitment -> accepted(commitment.hotkey(), counted));
                done.refused().forEach(refused -> tally(refused.hotkey()).rejected++);
            });
        }
        lastCounted = Math.max(lastCounted, ledger.lastSealed());
    }

    private void accepted(Hotkey hotkey, long round) {
        Tally tally = tally(hotkey);
        tally.accepted++;
        tally.lastRound = round;
    }

    private Tally tally(Hotkey hotkey) {
        return tallies.computeIfAbsent(hotkey, key -> new Tally());
    }

    private List<NodeView.PeerRow> peers(Hotkey self, LedgerState ledger, ControlPlane plane) {
        return ledger.registry().entries().stream()
                .filter(entry -> !entry.hotkey().equals(self))
                .map(entry -> {
                    Tally tally = tally(entry.hotkey());
                    return new NodeView.PeerRow(
                            entry.hotkey(),
                            entry.label(),
                            entry.roles(),
                            plane.hello(entry.hotkey())
                                    .map(ControlMessage.Hello::address)
                                    .orElse(""),
                            plane.isReachable(entry.hotkey()),
                            tally.lastRound,
                            tally.accepted,
                            tally.rejected);
                })
                .toList();
    }
}
