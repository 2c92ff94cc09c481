package covey.protocol.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.port.Engine.Applied;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OuterStepTest {
    private static final Layout LAYOUT = Layout.of(List.of(
            new Tensor("a", 3000, 1), new Tensor("m", 128, 192), new Tensor("b", 1500, 1), new Tensor("n", 64, 64)));

    static LongStream seeds() {
        return Seed.range(25);
    }

    private static Applied applied(int number, byte[] content, int trustQ16) {
        return new Applied(new Hotkey(new Hash(0, 0, 0, number)), MemorySegment.ofArray(content), trustQ16);
    }

    /** Contributions that overlap, some much longer than others, some of little trust. */
    private static List<Applied> collectSet(Seed seed, int count, int bits) {
        float[] shared = Contributions.values(LAYOUT, seed);
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] own = Contributions.values(LAYOUT, seed);
            float scale = seed.nextInt(4) == 0 ? 20f : 1f;
            for (int j = 0; j < own.length; j++) {
                own[j] = (own[j] + 3 * shared[j]) * scale;
            }
            if (seed.nextInt(5) == 0) {
                Arrays.fill(own, 3000, 3000 + 128 * 192, 0f);
            }
            byte[] content = Contributions.sealed(LAYOUT, bits, own, TestCrypto.signer(1));
            set.add(applied(i, content, seed.nextInt(3) == 0 ? 16384 : 65536));
        }
        return set;
    }

    private static float[] theta(Seed seed) {
        return Contributions.values(LAYOUT, seed);
    }

    private static float[] after(float[] theta, List<Applied> set, AggregationPolicy policy) {
        float[] moved = theta.clone();
        new OuterStep(LAYOUT, 52429, policy).apply(moved, set);
        return moved;
    }

    /** Rules H6 and H7 written down again over dense arrays and numbers of any size. */
    private static float[] expected(float[] theta, List<Applied> set, AggregationPolicy policy) {
        float[] moved = theta.clone();
        int parameters = theta.length;
        List<int[]> scales = new ArrayList<>();
        List<int[]> levels = new ArrayList<>();
        int[] partOf = new int[parameters];
        for (Applied applied : set) {
            int[] scale = new int[parameters];
            int[] level = new int[parameters];
            ContributionReader.planesOf(applied.contribution(), LAYOUT).visit(chunk -> {
                for (int i = 0; i < chunk.count(); i++) {
                    int at = (int) LAYOUT.offset(chunk.chunk(), chunk.index(i));
                    scale[at] = chunk.scaleUnits();
                    level[at] = chunk.level(i);
                    partOf[at] = part(chunk.chunk());
                }
            });
            scales.add(scale);
            levels.add(level);
        }
        int[][] clip = clip(scales, levels, partOf);
        for (int at = 0; at < parameters; at++) {
            List<BigInteger> values = new ArrayList<>();
            for (int i = 0; i < set.size(); i++) {
                long factor = clip[partOf[at]][i];
                if (levels.get(i)[at] != 0 && factor > 0) {
                    values.add(BigInteger.valueOf((long) scales.get(i)[at]
                            * levels.get(i)[at]
                            * (factor * set.get(i).trustQ16() / 65536)));
                }
            }
            moved[at] = expected(theta[at], values, set.size(), policy);
        }
        return moved;
    }

    private static float expected(float theta, List<BigInteger> values, int size, AggregationPolicy policy) {
        BigInteger sum = sum(values);
        List<BigInteger> sorted = values.stream().sorted().toList();
        int cut = (values.size() + 1) / 4;
        List<BigInteger> used = switch (policy) {
            case CONTRIBUTOR_MEAN, MEAN, SHRUNK_MEAN -> values;
            case TRIMMED_MEAN -> sorted.subList(cut, sorted.size() - cut);
            case SIGN_AGREEMENT ->
                values.stream()
                        .filter(v -> v.signum() == sum.signum() && v.signum() != 0)
                        .toList();
        };
        if (used.isEmpty()) {
            return theta;
        }
        boolean half = policy == AggregationPolicy.SHRUNK_MEAN;
        int n = policy == AggregationPolicy.MEAN ? size : half ? 2 * used.size() + 1 : used.size();
        double g = sum(used).longValueExact() * (half ? 2.0 : 1.0) / (double) (n * 65536L);
        double u = (g * (52429 / 65536.0)) * Math.pow(2, -24);
        return (float) (theta - u);
    }

    private static BigInteger sum(List<BigInteger> values) {
        BigInteger sum = values.stream().reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(sum.bitLength()).isLessThanOrEqualTo(53);
        return sum;
    }

    private static int part(int chunk) {
        int part = 0;
        while (chunk >= LAYOUT.parts().get(part).endChunk()) {
            part++;
        }
        return part;
    }

    private static int[][] clip(List<int[]> scales, List<int[]> levels, int[] partOf) {
        int[][] clip = new int[LAYOUT.parts().size()][];
        for (int part = 0; part < clip.length; part++) {
            List<Norm> norms = new ArrayList<>();
            for (int i = 0; i < scales.size(); i++) {
                Norm norm = Norm.ZERO;
                for (int at = 0; at < partOf.length; at++) {
                    long value = partOf[at] == part ? (long) scales.get(i)[at] * levels.get(i)[at] : 0;
                    norm = norm.plus(value * value);
                }
                norms.add(norm);
            }
            clip[part] = ClipFactors.of(norms);
        }
        return clip;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldMoveAsTheRuleSays(long number) {
        Seed seed = Seed.of(number);
        List<Applied> set = collectSet(seed, 1 + seed.nextInt(7), 1 + (int) (number & 1));
        float[] theta = theta(seed);
        for (AggregationPolicy policy : AggregationPolicy.values()) {
            assertThat(after(theta, set, policy)).as(seed.toString()).isEqualTo(expected(theta, set, policy));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotDependOnArrivalOrThreads(long number) throws InterruptedException {
        Seed seed = Seed.of(number);
        List<Applied> set = collectSet(seed, 6, 1);
        float[] theta = theta(seed);
        AggregationPolicy[] policies = AggregationPolicy.values();
        AggregationPolicy policy = policies[(int) (number % policies.length)];
        float[] expected = after(theta, set, policy);

        List<Applied> shuffled = new ArrayList<>(set);
        Collections.shuffle(shuffled, Random.from(seed));
        assertThat(after(theta, shuffled, policy)).as(seed.toString()).isEqualTo(expected);

        float[] split = theta.clone();
        PreparedStep step = new OuterStep(LAYOUT, 52429, policy).prepare(shuffled);
        List<Thread> threads = new ArrayList<>();
        for (int from = 0; from < LAYOUT.chunkCount(); ) {
            int start = from;
            int end = Math.min(LAYOUT.chunkCount(), start + 1 + seed.nextInt(4));
            threads.add(Thread.ofPlatform().start(() -> step.apply(split, start, end)));
            from = end;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(split).as(seed.toString()).isEqualTo(expected);
    }

    @Test
    void shouldStartInTheMiddleOfManyChunks() {
        Layout wide = Layout.of(List.of(new Tensor("m", 64, 64 * 600)));
        byte[] content = Contributions.sealed(wide, 1, Contributions.values(wide, Seed.of(3)), TestCrypto.signer(1));
        float[] whole = new float[(int) wide.parameterCount()];
        float[] pieces = whole.clone();
        PreparedStep step =
                new OuterStep(wide, 65536, AggregationPolicy.MEAN).prepare(List.of(applied(1, content, 65536)));
        step.apply(whole, 0, 600);
        for (int from : new int[] {511, 0, 300, 256}) {
            step.apply(pieces, from, from == 0 ? 256 : from == 256 ? 300 : from == 300 ? 511 : 600);
        }
        assertThat(pieces).isEqualTo(whole);
    }

    /** 256 contributions of scale 8.0 and level 3 at the same coordinates: the sum is 3·2^51, exact. */
    @Test
    void shouldBeExactAtTheLargestSum() {
        float[] values = new float[(int) LAYOUT.parameterCount()];
        Arrays.fill(values, 1e30f);
        for (int chunk = 0; chunk < LAYOUT.chunkCount(); chunk++) {
            for (int i = 0; i < 8; i++) {
                values[(int) LAYOUT.offset(chunk, i)] = i % 2 == 0 ? 3e30f : -3e30f;
            }
        }
        byte[] content = Contributions.sealed(LAYOUT, 2, values, TestCrypto.signer(1));
        List<Applied> set = new ArrayList<>();
        for (int i = 0; i < Limits.COLLECT_MAX_COUNT; i++) {
            set.add(applied(i, content, 65536));
        }
        for (AggregationPolicy policy : AggregationPolicy.values()) {
            float[] moved = new float[values.length];
            new OuterStep(LAYOUT, 65536, policy).apply(moved, set);
            float largest = policy == AggregationPolicy.SHRUNK_MEAN ? (float) (24 * 256 / 256.5) : 24f;
            assertThat(moved[3000]).isEqualTo(-largest);
            assertThat(moved[3001]).isEqualTo(largest);
        }
    }

    /** What one of five sends, however long, moves a trimmed coordinate no further than the others do. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldStayBetweenTheOthersWhenTrimmed(long number) {
        Seed seed = Seed.of(number);
        TrimmedSums sums = new TrimmedSums(5);
        long[] honest = seed.longs(4, -(1L << 40), 1L << 40).sorted().toArray();
        Arrays.stream(honest).forEach(v -> sums.add(9, v));
        sums.add(9, seed.nextBoolean() ? (1L << 44) : -(1L << 44));
        sums.finish();
        assertThat(sums.divisor(9)).as(seed.toString()).isEqualTo(3);
        assertThat(sums.numerator(9) / 3).as(seed.toString()).isBetween(honest[0], honest[3]);
        sums.clear();
        sums.finish();
        assertThat(sums.divisor(9)).isZero();
    }

    @Test
    void shouldRefuseMoreThanTheLimitOrTwoOfOneHotkey() {
        byte[] content = Contributions.sealed(LAYOUT, 1, theta(Seed.of(1)), TestCrypto.signer(1));
        OuterStep step = new OuterStep(LAYOUT, 65536, AggregationPolicy.MEAN);
        List<Applied> many = new ArrayList<>();
        for (int i = 0; i <= Limits.COLLECT_MAX_COUNT; i++) {
            many.add(applied(i, content, 65536));
        }
        assertThatThrownBy(() -> step.prepare(many)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> step.prepare(List.of(applied(1, content, 1), applied(1, content, 2))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> step.prepare(List.of(applied(1, content, 65537))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Of the same values but eight orders longer: clipped to nothing, so it does not count as a contributor. */
    @Test
    void shouldNotCountWhoIsClippedToNothing() {
        Layout tile = Layout.of(List.of(new Tensor("m", 64, 64)));
        float[] small = new float[4096];
        Arrays.fill(small, 0, 64, 0x1p-20f);
        float[] huge = new float[4096];
        Arrays.fill(huge, 0, 64, 8f);
        byte[] tiny = Contributions.sealed(tile, 1, small, TestCrypto.signer(1));
        byte[] long8 = Contributions.sealed(tile, 1, huge, TestCrypto.signer(1));
        float[] theta = new float[4096];
        new OuterStep(tile, 65536, AggregationPolicy.CONTRIBUTOR_MEAN)
                .apply(theta, List.of(applied(1, tiny, 65536), applied(2, tiny, 65536), applied(3, long8, 65536)));
        assertThat(theta[0]).isEqualTo(-0x1p-20f);
        assertThat(theta[64]).isZero();
    }

    @Test
    void shouldKeepTheBitsOfWhatNobodyTouched() {
        float[] theta = theta(Seed.of(2));
        theta[0] = -0f;
        theta[1] = Float.intBitsToFloat(1);
        float[] moved = theta.clone();
        new OuterStep(LAYOUT, 65536, AggregationPolicy.MEAN).apply(moved, List.of());
        byte[] empty = Contributions.sealed(LAYOUT, 1, new float[theta.length], TestCrypto.signer(1));
        new OuterStep(LAYOUT, 65536, AggregationPolicy.MEAN).apply(moved, List.of(applied(1, empty, 65536)));
        for (int i = 0; i < theta.length; i++) {
            assertThat(Float.floatToRawIntBits(moved[i])).isEqualTo(Float.floatToRawIntBits(theta[i]));
        }
    }
}
