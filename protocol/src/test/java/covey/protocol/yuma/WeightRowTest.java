package covey.protocol.yuma;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.testing.Seed;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightRowTest {
    static LongStream seeds() {
        return Seed.range(200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldCutJustAsMuchAsTheLimitAsks(long number) {
        Seed seed = Seed.of(number);
        int[] values = seed.ints(2 + seed.nextInt(20), 0, 65536).toArray();
        int limit = 1 + seed.nextInt(65535);
        int[] cut = WeightRow.cut(values, limit);
        int cap = Arrays.stream(cut).max().orElse(0);
        assertThat(cut)
                .isEqualTo(Arrays.stream(values).map(v -> Math.min(v, cap)).toArray());
        assertThat(cap == 0 || WeightRow.isWithin(cut, limit)).isTrue();
        if (cap < Arrays.stream(values).max().orElse(0)) {
            int[] more = Arrays.stream(values).map(v -> Math.min(v, cap + 1)).toArray();
            assertThat(WeightRow.isWithin(more, limit)).isFalse();
        }
    }

    @Test
    void shouldLeaveARowWithoutALimit() {
        assertThat(WeightRow.cut(new int[] {9, 0, 65535}, 65535)).containsExactly(9, 0, 65535);
        assertThat(WeightRow.cut(new int[0], 100)).isEmpty();
        assertThat(WeightRow.cut(new int[] {5, 7}, 20_000)).containsExactly(0, 0);
    }
}
