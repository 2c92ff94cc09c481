package covey.protocol.yuma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.testing.Seed;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.EpochResult.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold in every epoch, and random epochs against decimal arithmetic. */
class EpochPropertiesTest {
    static LongStream seeds() {
        return Seed.range(400);
    }

    private static int total(EpochResult result, ToIntFunction<Outcome> share) {
        return result.slots().stream().mapToInt(share).sum();
    }

    /**
     * A sum of n truncated shares of 1 is 1 or falls short by less than n units, or by a few more after the division.
     */
    private static void assertZeroOrOne(int sum, int count, Seed seed) {
        if (sum != 0) {
            assertThat(sum).as(seed.toString()).isBetween(65535 - 2 * count, 65535);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldShareNoMoreThanThereIs(long number) {
        Seed seed = Seed.of(number);
        int count = 1 + seed.nextInt(12);
        EpochInput input = RandomEpoch.input(seed, count);
        EpochResult result = RandomEpoch.rule(seed).apply(input);
        assertZeroOrOne(total(result, Outcome::incentiveU16), count, seed);
        assertZeroOrOne(total(result, Outcome::dividendsU16), count, seed);
        long paid = result.slots().stream().mapToLong(Outcome::pay).sum();
        boolean somebody = result.slots().stream().anyMatch(o -> o.stakeWeightU16() > 0);
        long unit = (input.emission() >>> 32) + 1;
        assertThat(paid).as(seed.toString()).isLessThanOrEqualTo(input.emission());
        assertThat(paid).as(seed.toString()).isGreaterThanOrEqualTo(somebody ? input.emission() - 2 * count * unit : 0);
        for (Outcome outcome : result.slots()) {
            assertThat(outcome.trustU16()).as(seed.toString()).isBetween(0, 65535);
            assertThat(outcome.incentivePay() + outcome.dividendPay())
                    .isBetween(outcome.pay() - 1 - unit, outcome.pay());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldBeAFunctionOfItsInput(long number) {
        EpochRule rule = RandomEpoch.rule(Seed.of(number).fork("rule"));
        EpochInput one = RandomEpoch.input(Seed.of(number).fork("input"), 8);
        EpochInput other = RandomEpoch.input(Seed.of(number).fork("input"), 8);
        assertThat(rule.apply(one)).isEqualTo(rule.apply(other));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotCareAboutTheUnitOfStake(long number) {
        Seed seed = Seed.of(number);
        EpochRule rule = new EpochRule.Yuma2(new Yuma(32767, 900_000, 65535, 5000, 8, 0, false));
        EpochInput input = RandomEpoch.input(seed, 8);
        EpochInput scaled = RandomEpoch.withSlots(
                input,
                input.slots().stream()
                        .map(s -> RandomEpoch.withStake(s, s.stake() * 8))
                        .toList());
        assertThat(rule.apply(scaled)).as(seed.toString()).isEqualTo(rule.apply(input));
    }

    /** Without ties in stake and at a pivot the numbering of uids is a convention. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNotCareAboutTheOrderOfUids(long number) {
        Seed seed = Seed.of(number);
        int count = 2 + seed.nextInt(8);
        EpochRule rule = RandomEpoch.rule(seed);
        EpochInput input = RandomEpoch.input(seed, count);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, java.util.Random.from(seed));
        int[] at = new int[count];
        for (int i = 0; i < count; i++) {
            at[order.get(i)] = i;
        }
        List<Slot> moved =
                order.stream().map(i -> renamed(input.slots().get(i), at)).toList();
        OptionalInt owner =
                input.owner().isPresent() ? OptionalInt.of(at[input.owner().getAsInt()]) : OptionalInt.empty();
        EpochResult there =
                rule.apply(new EpochInput(input.block(), input.lastTempo(), owner, input.emission(), moved));
        EpochResult here = rule.apply(input);
        boolean tie = input.slots().stream().map(Slot::stake).distinct().count() < count;
        for (int i = 0; i < count && !tie; i++) {
            Outcome a = here.slots().get(i);
            Outcome b = there.slots().get(at[i]);
            assertThat(b.incentiveU16()).as(seed.toString()).isCloseTo(a.incentiveU16(), within(2));
            assertThat(b.consensusU16()).as(seed.toString()).isEqualTo(a.consensusU16());
            assertThat(b.dividendsU16()).as(seed.toString()).isCloseTo(a.dividendsU16(), within(2));
            assertThat(b.permit()).as(seed.toString()).isEqualTo(a.permit());
        }
    }

    private static Slot renamed(Slot s, int[] at) {
        return new Slot(
                s.stake(),
                s.lastUpdate(),
                s.registered(),
                s.permit(),
                s.commit(),
                s.resetsBonds(),
                s.follows(),
                renamed(s.weights(), at),
                renamed(s.bonds(), at));
    }

    private static List<Cell> renamed(List<Cell> cells, int[] at) {
        return cells.stream()
                .map(c -> new Cell(at[c.uid()], c.value()))
                .sorted(Comparator.comparingInt(Cell::uid))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAgreeWithDecimalArithmetic(long number) {
        Seed seed = Seed.of(number);
        EpochRule rule = RandomEpoch.rule(seed);
        EpochInput input = RandomEpoch.input(seed, 1 + seed.nextInt(10));
        ExactEpoch exact = new ExactEpoch(rule, input);
        if (exact.margin.compareTo(new BigDecimal("1e-6")) < 0) {
            return;
        }
        EpochResult result = rule.apply(input);
        for (int i = 0; i < result.slots().size(); i++) {
            Outcome outcome = result.slots().get(i);
            assertNear(outcome.consensusU16(), exact.consensus[i], seed);
            assertNear(outcome.trustU16(), exact.trust[i], seed);
            assertNear(outcome.incentiveU16(), exact.incentive[i], seed);
            assertNear(outcome.dividendsU16(), exact.dividends[i], seed);
            assertThat(outcome.consensusU16()).as(seed.toString()).isLessThanOrEqualTo(largest(input, i));
        }
    }

    /** One unit of 1/65535 for the truncation, and what 32 bits lose when stakes differ by 2^50. */
    private static void assertNear(int u16, BigDecimal exact, Seed seed) {
        assertThat(u16 / 65535.0).as(seed.toString()).isCloseTo(exact.doubleValue(), within(1.01 / 65535));
    }

    private static int largest(EpochInput input, int column) {
        boolean weighed = input.slots().stream()
                .flatMap(s -> s.weights().stream())
                .anyMatch(c -> c.uid() == column && c.value() > 0);
        return weighed ? 65535 : 0;
    }

    private static Slot judge(long stake, List<Cell> weights) {
        return new Slot(stake, 99, 0, true, OptionalLong.empty(), false, OptionalInt.empty(), weights, List.of());
    }

    private static EpochInput input(Slot... slots) {
        return new EpochInput(100, 1, OptionalInt.empty(), 1_000_000, Arrays.asList(slots));
    }

    private static final EpochRule YUMA3 =
            new EpochRule.Yuma3(new Yuma(32767, 900_000, 65535, 5000, 8, 0, false), Optional.empty());

    @Test
    void shouldNotLetAMinorityRaiseAnyone() {
        Slot none = judge(0, List.of());
        List<Cell> honest = List.of(new Cell(2, 60000), new Cell(3, 5000));
        List<Cell> biased = List.of(new Cell(3, 65535));
        EpochResult result = YUMA3.apply(input(judge(52, honest), judge(48, biased), none, none));
        assertThat(result.slots().get(3).consensusU16()).isEqualTo(65535 * 5000 / 65000);
    }

    @Test
    void shouldTrustWhoCopiesConsensusWholly() {
        Slot none = judge(0, List.of());
        List<Cell> honest = List.of(new Cell(2, 60000), new Cell(3, 5000));
        EpochResult result = YUMA3.apply(input(judge(52, honest), judge(48, honest), none, none));
        assertThat(result.slots().get(1).trustU16()).isBetween(65533, 65535);
    }

    @Test
    void shouldGiveTiesInStakeToTheHigherUids() {
        EpochRule two = new EpochRule.Yuma2(new Yuma(32767, 900_000, 65535, 5000, 2, 0, false));
        Slot equal = judge(5, List.of());
        EpochResult result = two.apply(input(equal, equal, equal));
        assertThat(result.slots().stream().map(Outcome::permit)).containsExactly(false, true, true);
    }

    @Test
    void shouldDropWhatWasCommittedForWhoHadTheUidBefore() {
        EpochRule revealing = new EpochRule.Yuma2(new Yuma(32767, 900_000, 65535, 5000, 8, 0, true));
        Slot early = new Slot(
                5, 99, 0, true, OptionalLong.of(49), false, OptionalInt.empty(), List.of(new Cell(1, 1)), List.of());
        Slot same = new Slot(
                5, 99, 0, true, OptionalLong.of(50), false, OptionalInt.empty(), List.of(new Cell(1, 1)), List.of());
        Slot newcomer =
                new Slot(0, 50, 50, false, OptionalLong.empty(), false, OptionalInt.empty(), List.of(), List.of());
        assertThat(revealing.apply(input(early, newcomer)).slots().get(1).incentiveU16())
                .isZero();
        assertThat(revealing.apply(input(same, newcomer)).slots().get(1).incentiveU16())
                .isEqualTo(65535);
    }

    @Test
    void shouldKeepABondForAnExplicitZeroOnlyL() {
        EpochRule liquid = new EpochRule.Yuma3(
                new Yuma(32767, 975_000, 0, 5000, 8, 0, false), Optional.of(new Yuma.LiquidAlpha(6553, 19660, 1000)));
        Slot none = judge(0, List.of());
        Slot zero = new Slot(
                9,
                99,
                0,
                true,
                OptionalLong.empty(),
                false,
                OptionalInt.empty(),
                List.of(new Cell(1, 65535), new Cell(2, 0)),
                List.of(new Cell(2, 30000)));
        Slot absent = RandomEpoch.withWeights(zero, List.of(new Cell(1, 65535)));
        assertThat(liquid.apply(input(zero, none, none)).slots().get(0).bonds()).hasSize(2);
        assertThat(liquid.apply(input(absent, none, none)).slots().get(0).bonds())
                .hasSize(1);
    }

    @Test
    void shouldForgetBondsWithWhoAskedForIt() {
        Slot judge = new Slot(
                9,
                99,
                0,
                true,
                OptionalLong.empty(),
                false,
                OptionalInt.empty(),
                List.of(new Cell(1, 65535)),
                List.of(new Cell(1, 65535)));
        Slot changed = new Slot(0, 0, 0, false, OptionalLong.empty(), true, OptionalInt.empty(), List.of(), List.of());
        assertThat(YUMA3.apply(input(judge, changed)).slots().get(0).bonds()).containsExactly(new Cell(1, 6553));
        assertThat(YUMA3.apply(input(judge, judge(0, List.of()))).slots().get(0).bonds())
                .containsExactly(new Cell(1, 65535));
    }
}
