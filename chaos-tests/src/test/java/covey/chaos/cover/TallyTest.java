package covey.chaos.cover;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.cover.Partition.Direction;
import covey.chaos.cover.Partition.Side;
import covey.protocol.port.FaultPoints.Point;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static Tally full() {
        Tally tally = new Tally();
        for (Part part : Part.values()) {
            CrashPoints.of(part).forEach(point -> tally.crash(point, part));
        }
        for (Side side : Side.values()) {
            Arrays.stream(Direction.values()).forEach(d -> tally.partition(new Partition(side, d)));
        }
        return tally;
    }

    @Test
    void shouldNameWhatWasNeverHit() {
        assertThat(full().missed()).isEmpty();
        assertThat(new Tally().missed())
                .contains("APPLY_SETTLED OBSERVER", "COLLECT_FETCHED WRITER", "PARTITION MAJORITY MUTE")
                .doesNotContain("TRAIN_HALF OBSERVER")
                .hasSize(8 + 4 * 3 + 6);
    }

    @Test
    void shouldAddUp() {
        Tally sum = full();
        Tally other = new Tally();
        other.crash(Point.APPLY_READY, Part.WRITER);
        other.fault("KILL");
        other.partition(new Partition(Side.MINORITY, Direction.DEAF));
        other.other("corrupt");
        sum.add(other);
        sum.add(other);
        assertThat(sum.crashes(Point.APPLY_READY, Part.WRITER)).isEqualTo(3);
        assertThat(sum.faults()).containsEntry("KILL", 2);
        assertThat(sum.partitions()).containsEntry("MINORITY DEAF", 3).containsEntry("MAJORITY DEAF", 1);
        assertThat(sum.others()).containsEntry("corrupt", 2);
    }

    @Test
    void shouldSayWhyAPointCannotBeHit() {
        for (Point point : Point.values()) {
            assertThat(CrashPoints.unreachable(point, Part.TRAINER)).isEmpty();
        }
        assertThat(CrashPoints.unreachable(Point.COMMIT_SAID, Part.WRITER))
                .hasValueSatisfying(why -> assertThat(why).contains("trainers"));
        assertThat(CrashPoints.of(Part.OBSERVER))
                .containsExactly(Point.COLLECT_FETCHED, Point.APPLY_READY, Point.APPLY_SETTLED);
    }
}
