package covey.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.data.ArrayTokenSource;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.testing.Seed;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MappedTokenSourceTest {
    private static final ByteTokenizer BYTES = ByteTokenizer.INSTANCE;

    private static MappedTokenSource source(int[] tokens, int sequence) {
        byte[] bytes = new byte[2 * tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            bytes[2 * i] = (byte) tokens[i];
            bytes[2 * i + 1] = (byte) (tokens[i] >>> 8);
        }
        return MappedTokenSource.of(MemorySegment.ofArray(bytes), sequence);
    }

    @Test
    void shouldGiveTheWindowsOfAnArray() {
        Seed.range(30).mapToObj(Seed::of).forEach(seed -> {
            int[] tokens = seed.ints(seed.nextInt(200), 0, 1 << 16).toArray();
            int sequence = 1 + seed.nextInt(20);
            MappedTokenSource mapped = source(tokens, sequence);
            ArrayTokenSource array = ArrayTokenSource.of(tokens, sequence);
            assertThat(mapped.windowCount()).as("%s", seed).isEqualTo(array.windowCount());
            int[] expected = new int[sequence + 1];
            int[] actual = new int[sequence + 1];
            for (long id = 0; id < array.windowCount(); id++) {
                array.window(id, expected, 0);
                mapped.window(id, actual, 0);
                assertThat(actual).as("%s", seed).isEqualTo(expected);
            }
            assertThatThrownBy(() -> mapped.window(mapped.windowCount(), actual, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        });
    }

    @Test
    void shouldSpaceEvaluationWindowsEvenly() {
        MappedTokenSource source = source(new int[1001], 10);

        assertThat(source.evaluationWindows(4)).containsExactly(0, 25, 50, 75);
        assertThat(source.evaluationWindows(1000)).hasSize(100).isSorted().doesNotHaveDuplicates();
        assertThat(source(new int[5], 10).evaluationWindows(4)).isEmpty();
    }

    @Test
    void shouldCountTextBehindTargetsOnly() {
        MappedTokenSource source = source(new int[] {0, 5, 6, 0, 7}, 2);

        assertThat(source.textBytes(new long[] {0}, BYTES)).isEqualTo(2);
        assertThat(source.textBytes(new long[] {1}, BYTES)).isEqualTo(1);
    }

    @Test
    void shouldMeasureTheBaselineByHand() {
        // "ab" is followed by c three times and by d once; "bc" by a
        MappedTokenSource train = source(new int[] {97, 98, 99, 97, 98, 99, 97, 98, 99, 97, 98, 100}, 2);
        MappedTokenSource heldOut = source(new int[] {97, 98, 99, 97}, 2);

        // b follows (end-of-text, a) once, at the start of the stream: 1 + 1 of 1 + 256; c follows ab: 3 + 1 of 4 + 256
        double first = -Math.log(2.0 / 257) / Math.log(2);
        double second = -Math.log(4.0 / 260) / Math.log(2);
        assertThat(ByteModelBaseline.bitsPerByte(train, heldOut, new long[] {0}, BYTES))
                .isEqualTo((first + second) / 2);
    }

    @Test
    void shouldReachTheEntropyOfAnOrderTwoSource() {
        Seed seed = Seed.of(3);
        int[] tokens = new int[400_000];
        for (int i = 2; i < tokens.length; i++) {
            tokens[i] = 1 + ((tokens[i - 2] * 7 + tokens[i - 1] + (seed.nextBoolean() ? 1 : 0)) % 12);
        }
        MappedTokenSource train = source(Arrays.copyOf(tokens, 300_000), 16);
        MappedTokenSource heldOut = source(Arrays.copyOfRange(tokens, 300_000, 400_000), 16);

        double bits = ByteModelBaseline.bitsPerByte(train, heldOut, heldOut.evaluationWindows(1000), BYTES);

        assertThat(bits).isBetween(1.0, 1.25);
    }
}
