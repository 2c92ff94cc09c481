package covey.protocol.assign;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.assign.DataCursor.Taken;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataCursorTest {
    @Test
    void shouldUseReturnedSlotsBeforeThePassEnds() {
        Taken first = DataCursor.START.take(3, 10, 45);
        assertThat(first.slots()).containsExactly(0L, 10L, 20L);

        Taken second = first.next().giveBack(List.of(10L)).take(2, 10, 45);
        assertThat(second.slots()).containsExactly(30L, 10L);

        Taken third = second.next().take(2, 10, 45);
        assertThat(third.slots()).containsExactly(40L, 50L);
        assertThat(third.pass()).isZero();

        Taken fourth = third.next().take(1, 10, 45);
        assertThat(fourth.pass()).isEqualTo(1);
        assertThat(fourth.slots()).containsExactly(60L - 45);
    }

    @Test
    void shouldServeARoundThatIsLargerThanThePass() {
        Taken first = DataCursor.START.take(3, 100, 30);
        assertThat(first.slots()).containsExactly(0L, 100L, 200L);
        Taken second = first.next().giveBack(List.of(100L)).take(2, 100, 30);
        assertThat(second.pass()).isEqualTo(3);
        assertThat(second.slots()).containsExactly(100L - 90, 300L - 90);
    }

    static java.util.stream.LongStream seeds() {
        return Seed.range(200);
    }

    /** Kept slots never overlap, nothing is left out, and a pass is done before the next but one starts. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNeverHandOutAKeptPositionAgain(long number) {
        Seed seed = Seed.of(number);
        long windows = seed.nextLong(1, 400);
        int length = seed.nextInt(1, 40);
        DataCursor cursor = DataCursor.START;
        TreeSet<Long> kept = new TreeSet<>();
        for (int round = 0; round < 60; round++) {
            Taken taken = cursor.take(seed.nextInt(1, 8), length, windows);
            List<Long> back = new ArrayList<>();
            for (long start : taken.slots()) {
                if (seed.nextInt(3) == 0) {
                    back.add(start);
                    continue;
                }
                for (long i = start; i < start + length; i++) {
                    assertThat(kept.add(taken.pass() * windows + i))
                            .as(seed.toString())
                            .isTrue();
                }
            }
            cursor = taken.next().giveBack(back);
            long handedOut = cursor.pass() * windows + cursor.position();
            assertThat(kept.size() + (long) length * cursor.returned().size())
                    .as(seed.toString())
                    .isEqualTo(handedOut);
        }
    }
}
