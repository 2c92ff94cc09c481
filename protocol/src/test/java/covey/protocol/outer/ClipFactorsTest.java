package covey.protocol.outer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClipFactorsTest {
    static LongStream seeds() {
        return Seed.range(200);
    }

    private static BigInteger big(Norm norm) {
        BigInteger low = new BigInteger(Long.toUnsignedString(norm.low()));
        return BigInteger.valueOf(norm.high()).shiftLeft(64).add(low);
    }

    /** Rule H7 in numbers of any size. */
    private static int[] expected(List<Norm> norms) {
        List<BigInteger> sorted = norms.stream()
                .map(ClipFactorsTest::big)
                .filter(n -> n.signum() > 0)
                .sorted()
                .toList();
        BigInteger median = sorted.isEmpty() ? BigInteger.ZERO : sorted.get((sorted.size() - 1) / 2);
        return norms.stream()
                .map(ClipFactorsTest::big)
                .mapToInt(n -> n.compareTo(median) <= 0
                        ? Limits.FACTOR_ONE
                        : median.shiftLeft(32)
                                .divide(n)
                                .sqrt()
                                .min(BigInteger.valueOf(65536))
                                .intValue())
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldClipAsExactArithmeticSays(long number) {
        Seed seed = Seed.of(number);
        List<Norm> norms = new ArrayList<>();
        int bits = seed.nextInt(1, 96);
        for (int i = seed.nextInt(1, 20); i > 0; i--) {
            int width = seed.nextBoolean() ? bits : seed.nextInt(0, 96);
            norms.add(random(seed, width));
        }
        assertThat(ClipFactors.of(norms)).as(seed.toString()).isEqualTo(expected(norms));
    }

    private static Norm random(Seed seed, int bits) {
        long low = bits == 0 ? 0 : seed.nextLong() >>> Math.max(0, 64 - bits);
        long high = bits <= 64 ? 0 : seed.nextLong() >>> (128 - bits);
        return new Norm(high, low);
    }

    @Test
    void shouldAddWithCarry() {
        Norm norm = Norm.ZERO;
        BigInteger sum = BigInteger.ZERO;
        Seed seed = Seed.of(1);
        for (int i = 0; i < 1000; i++) {
            long addend = seed.nextLong();
            norm = norm.plus(addend);
            sum = sum.add(new BigInteger(Long.toUnsignedString(addend)));
        }
        assertThat(big(norm)).isEqualTo(sum);
    }

    @Test
    void shouldLeaveAllWhenEmptyOrEqual() {
        assertThat(ClipFactors.of(List.of(Norm.ZERO, Norm.ZERO))).containsOnly(65536);
        Norm one = Norm.ZERO.plus(7);
        assertThat(ClipFactors.of(List.of(one, one, one))).containsOnly(65536);
    }

    @Test
    void shouldTakeTheLowerMedianOfThoseAboveZero() {
        Norm one = Norm.ZERO.plus(1);
        Norm four = Norm.ZERO.plus(4);
        assertThat(ClipFactors.of(List.of(four, one, Norm.ZERO))).containsExactly(32768, 65536, 65536);
    }

    @Test
    void shouldReachZeroForTheLongest() {
        assertThat(ClipFactors.of(List.of(Norm.ZERO.plus(1), new Norm(1, 0)))).containsExactly(65536, 0);
    }

    @Test
    void shouldTakeIntegerRoots() {
        for (long root = 0; root < 65536; root += 97) {
            assertThat(ClipFactors.squareRoot(root * root)).isEqualTo((int) root);
            assertThat(ClipFactors.squareRoot(root * root + 2 * root)).isEqualTo((int) root);
        }
        assertThat(ClipFactors.squareRoot((1L << 32) - 1)).isEqualTo(65535);
    }
}
