package covey.protocol.yuma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.testing.Seed;
import java.math.BigInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FixedTest {
    static LongStream seeds() {
        return Seed.range(1_000);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldTruncateAsBigIntegersDo(long number) {
        Seed seed = Seed.of(number);
        long a = seed.nextLong() >>> 1 + seed.nextInt(62);
        long b = seed.nextLong() >>> 1 + seed.nextInt(62);
        long c = 1 + (seed.nextLong() >>> 2 + seed.nextInt(60));
        BigInteger product = big(a).multiply(big(b));
        if (product.shiftRight(32).bitLength() < 64) {
            assertThat(Fixed.mul(a, b))
                    .as(seed.toString())
                    .isEqualTo(product.shiftRight(32).longValueExact());
        }
        BigInteger quotient = big(a).shiftLeft(32).divide(big(c));
        if (quotient.bitLength() < 64) {
            assertThat(Fixed.div(a, c)).as(seed.toString()).isEqualTo(quotient.longValueExact());
        }
        if (product.divide(big(c)).bitLength() < 64) {
            assertThat(Fixed.mulDiv(a, b, c))
                    .as(seed.toString())
                    .isEqualTo(product.divide(big(c)).longValueExact());
        }
    }

    @Test
    void shouldGiveZeroForDivisionByZeroAndSaturateSums() {
        assertThat(Fixed.div(5, 0)).isZero();
        assertThat(Fixed.mulDiv(5, 5, 0)).isZero();
        assertThat(Fixed.add(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldComputeTheLogisticFunction() {
        for (double x = -21; x <= 21; x += 0.0625) {
            double exact = 1 / (1 + Math.exp(-Math.clamp(x, -20, 20)));
            assertThat(Exponential.logistic((long) (x * Fixed.ONE)) / (double) Fixed.ONE)
                    .isCloseTo(exact, within(Math.scalb(1.0, -31)));
        }
    }

    @Test
    void shouldLoseNothingWhenSplitting() {
        assertThat(Split.of(10, new long[] {1, 1, 1})).containsExactly(4, 3, 3);
        assertThat(Split.of(10, new long[] {0, 0, 0})).containsExactly(4, 3, 3);
        assertThat(Split.of(10, new long[] {})).isEmpty();
    }
}
