package covey.node.web;

import static org.assertj.core.api.Assertions.assertThat;

import covey.node.metrics.NodeEvent;
import covey.node.web.NodeView.PeerRow;
import covey.node.web.NodeView.RoundRow;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.TestRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final TestRun RUN = TestRun.of(3, 1, 1);

    @Test
    void roundsShouldFollowTheEventsOfThisNode() {
        RoundHistory history = new RoundHistory();
        history.write(NodeEvent.of(NodeEvent.PHASE, 1, Map.of("phase", "TRAIN")));
        history.write(NodeEvent.of(NodeEvent.TRAINED, 1, Map.of("trainLoss", 4.5)));
        history.write(NodeEvent.of(
                NodeEvent.APPLIED,
                1,
                Map.of("collected", 3, "stateRoot", RUN.root(1), "heldOutLoss", 4.25, "durationMs", 900)));
        history.write(NodeEvent.of(NodeEvent.PHASE, 1, Map.of("phase", "APPLY")));
        history.write(NodeEvent.of(NodeEvent.PHASE, 2, Map.of("phase", "TRAIN")));

        List<RoundRow> rows = history.rows();

        assertThat(rows).extracting(RoundRow::round).containsExactly(1L, 2L);
        assertThat(rows).extracting(RoundRow::phase).containsExactly("SEALED", "TRAIN");
        assertThat(rows.getFirst().stateRoot()).contains(RUN.root(1));
        assertThat(rows.getFirst().trainLoss()).hasValue(4.5);
        assertThat(rows.getFirst().heldOutLoss()).hasValue(4.25);
        assertThat(rows.getFirst().durationMs()).hasValue(900);
        assertThat(rows.getFirst().bytesPerContribution()).isEmpty();
    }

    @Test
    void peersShouldBeCountedOncePerSealedRound() {
        TestRun run = TestRun.of(3, 1, 1);
        PeerHistory history = new PeerHistory();
        run.open();
        history.follow(run.state());
        run.finishRound();
        history.follow(run.state());
        history.follow(run.state());
        run.finishRound();
        history.follow(run.state());

        Hotkey first = run.trainer(0).hotkey();
        List<PeerRow> rows = history.rows(run.state(), run.trainer(1).hotkey(), Map.of(first, "127.0.0.1:7"));

        assertThat(rows)
                .hasSize(4)
                .noneMatch(row -> row.hotkey().equals(run.trainer(1).hotkey()));
        PeerRow row =
                rows.stream().filter(r -> r.hotkey().equals(first)).findFirst().orElseThrow();
        assertThat(row.address()).isEqualTo("127.0.0.1:7");
        assertThat(row.reachable()).isTrue();
        assertThat(row.lastRound()).isEqualTo(2);
        assertThat(row.accepted()).isEqualTo(2);
        assertThat(row.rejected()).isZero();
        assertThat(rows.stream().filter(PeerRow::reachable)).hasSize(1);
    }
}
