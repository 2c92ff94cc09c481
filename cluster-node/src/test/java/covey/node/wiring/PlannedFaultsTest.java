package covey.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import covey.node.config.FaultPlan;
import covey.node.metrics.NodeEvent;
import covey.protocol.port.FaultPoints.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlannedFaultsTest {
    private final BlockingQueue<NodeEvent> said = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("faults.json");
    }

    private PlannedFaults planned(FaultPlan plan) throws IOException {
        plan.write(file());
        return new PlannedFaults(file(), said::add);
    }

    private static FaultPlan at(long round, Point point, int hit) {
        return new FaultPlan(List.of(new FaultPlan.Strike(round, "trainer-1", point, hit, "kill")));
    }

    /** Reaches it in a thread that then waits for its end. */
    private NodeEvent struck(PlannedFaults faults, Point point, long round) throws InterruptedException {
        Thread.ofVirtual().start(() -> faults.reached(point, round));
        return said.take();
    }

    @Test
    void strikesAtThePlannedHitOfThatRoundAlone() throws Exception {
        PlannedFaults faults = planned(at(3, Point.COMMIT_SAID, 2));
        faults.reached(Point.COMMIT_SAID, 2);
        faults.reached(Point.COMMIT_SAID, 2);
        faults.reached(Point.COMMIT_SAID, 3);
        faults.reached(Point.APPLY_READY, 3);
        assertThat(said).isEmpty();
        assertThat(struck(faults, Point.COMMIT_SAID, 3).round()).isEqualTo(3);
    }

    @Test
    void aPlanWrittenAnewHoldsFromTheNextPointOn() throws Exception {
        PlannedFaults faults = planned(at(1, Point.COMMIT_SAID, 1));
        FaultPlan.NONE.write(file());
        faults.reached(Point.COMMIT_SAID, 1);
        assertThat(said).isEmpty();
        at(1, Point.APPLY_READY, 1).write(file());
        assertThat(struck(faults, Point.APPLY_READY, 1).round()).isEqualTo(1);
    }

    @Test
    void refusesToStartWithoutItsFile() {
        assertThatThrownBy(() -> new PlannedFaults(file(), said::add))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("faultPlan: ");
    }
}
