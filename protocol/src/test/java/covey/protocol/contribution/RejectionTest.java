package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RejectionTest {
    @Test
    void shouldHaveStableDistinctCodes() {
        assertThat(Arrays.stream(Rejection.values()).map(r -> r + "=" + r.code()))
                .containsExactly(
                        "LENGTH=1",
                        "FORMAT=2",
                        "RUN=3",
                        "ROUND=4",
                        "HOTKEY=5",
                        "BASE_ROOT=6",
                        "LAYOUT=7",
                        "BITS=8",
                        "STEPS=9",
                        "SIGNATURE=10",
                        "SCALE=11",
                        "INDEX=12",
                        "PLANE_LENGTH=13",
                        "FILL=14",
                        "NORM=32",
                        "COPY=33",
                        "SAMPLES=34",
                        "SIGNS=35",
                        "INDICES=36",
                        "REPLAY=37");
        for (Rejection rejection : Rejection.values()) {
            assertThat(Rejection.of(rejection.code())).contains(rejection);
            assertThat(rejection.reason()).doesNotContain("\n").isNotBlank();
        }
        assertThat(Rejection.of(0)).isEmpty();
    }
}
