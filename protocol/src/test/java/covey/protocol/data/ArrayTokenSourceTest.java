package covey.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrayTokenSourceTest {
    private static ArrayTokenSource counting(int length) {
        return ArrayTokenSource.of(
                IntStream.range(0, length).map(i -> i + 60_000).toArray(), 4);
    }

    /** T + 1 tokens at stride T: the last token of a window is the first of the next. */
    @Test
    void shouldCutWindowsAtStrideOfTheSequence() {
        int[] into = new int[7];
        counting(13).window(1, into, 1);
        assertThat(into).containsExactly(0, 60_004, 60_005, 60_006, 60_007, 60_008, 0);
    }

    @Test
    void shouldCountWholeWindowsOnly() {
        assertThat(counting(0).windowCount()).isZero();
        assertThat(counting(4).windowCount()).isZero();
        assertThat(counting(5).windowCount()).isEqualTo(1);
        assertThat(counting(8).windowCount()).isEqualTo(1);
        assertThat(counting(9).windowCount()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatIsOutside() {
        assertThatThrownBy(() -> counting(9).window(2, new int[5], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> counting(9).window(-1, new int[5], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ArrayTokenSource.of(new int[] {65536}, 4)).hasMessageContaining("65536");
    }
}
