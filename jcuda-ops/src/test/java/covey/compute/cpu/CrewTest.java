package covey.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class CrewTest {
    @Test
    void shouldDoEachItemOnceWithManyThreads() {
        try (Crew crew = new Crew(4)) {
            for (int turn = 0; turn < 2000; turn++) {
                AtomicIntegerArray done = new AtomicIntegerArray(turn % 23);
                crew.run(done.length(), (lane, item) -> done.incrementAndGet(item));
                for (int i = 0; i < done.length(); i++) {
                    assertThat(done.get(i)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void shouldTellWhenAnItemFailsAndWorkOn() {
        try (Crew crew = new Crew(3)) {
            for (int turn = 0; turn < 50; turn++) {
                assertThatThrownBy(() -> crew.run(40, (lane, item) -> {
                            if (item == 17) {
                                throw new IndexOutOfBoundsException("seventeen");
                            }
                        }))
                        .hasMessage("kernel failed")
                        .hasRootCauseMessage("seventeen");
                crew.run(40, (lane, item) -> {});
            }
        }
    }

    @Test
    void shouldKeepAnInterruptForTheCaller() {
        try (Crew crew = new Crew(2)) {
            Thread.currentThread().interrupt();
            AtomicIntegerArray done = new AtomicIntegerArray(2000);
            crew.run(done.length(), (lane, item) -> done.incrementAndGet(item));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(done.get(1999)).isEqualTo(1);
        }
    }
}
