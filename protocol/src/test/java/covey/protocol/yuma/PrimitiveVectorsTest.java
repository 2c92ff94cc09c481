package covey.protocol.yuma;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Hotkey;
import covey.protocol.testing.Json;
import covey.protocol.wire.Blake2b;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.EpochResult.Outcome;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The parts that epochs are made of, and the linear rule, against yuma.json. */
class PrimitiveVectorsTest {
    private static final Json FILE = Json.resource(PrimitiveVectorsTest.class, "yuma.json");

    private static List<Json> cases(String name) {
        return FILE.at("primitive_vectors").at(name).at("cases").list();
    }

    private static long q32(Json number) {
        return number.decimal()
                .multiply(BigDecimal.valueOf(Fixed.ONE))
                .setScale(0, RoundingMode.HALF_EVEN)
                .longValueExact();
    }

    private static long[] q32s(Json numbers) {
        return numbers.list().stream().mapToLong(PrimitiveVectorsTest::q32).toArray();
    }

    private static int[] ints(Json numbers) {
        return numbers.list().stream().mapToInt(Json::small).toArray();
    }

    @Test
    void shouldCheckAllPrimitives() {
        assertThat(FILE.at("primitive_vectors").names())
                .containsExactlyInAnyOrder(
                        "stake_weighted_median",
                        "stake_weighted_median_columns",
                        "weights_max_upscale_u16",
                        "max_weight_limit",
                        "mechanism_split",
                        "registration_burn",
                        "uid_to_prune",
                        "weight_commit_hash_v2",
                        "evm_address_mapping");
    }

    @Test
    void shouldFindTheMedian() {
        for (Json c : cases("stake_weighted_median")) {
            assertThat(Median.of(q32s(c.at("stake")), q32s(c.at("score")), q32(c.at("majority"))))
                    .as(c.toString())
                    .isEqualTo(q32(c.at("expect")));
        }
    }

    @Test
    void shouldFindTheMedianOfColumns() {
        for (Json c : cases("stake_weighted_median_columns")) {
            for (int j = 0; j < c.at("expect").list().size(); j++) {
                int column = j;
                long[] scores = c.at("rows").list().stream()
                        .mapToLong(row -> q32(row.at(column)))
                        .toArray();
                assertThat(Median.of(q32s(c.at("stake")), scores, q32(c.at("majority"))))
                        .as(c + " column " + j)
                        .isEqualTo(q32(c.at("expect").at(j)));
            }
        }
    }

    @Test
    void shouldUpscaleRows() {
        Json upscale = FILE.at("primitive_vectors").at("weights_max_upscale_u16");
        for (Json c : upscale.at("u16_cases").list()) {
            assertThat(WeightRow.upscaled(ints(c.at(0)))).as(c.toString()).isEqualTo(ints(c.at(1)));
        }
        for (Json c : upscale.at("fixed_cases").list()) {
            assertThat(WeightRow.upscaledQ32(q32s(c.at(0)))).as(c.toString()).isEqualTo(ints(c.at(1)));
        }
    }

    @Test
    void shouldLimitTheLargestWeight() {
        for (Json c : cases("max_weight_limit")) {
            assertThat(WeightRow.isWithin(ints(c.at("weights")), c.at("limit").small()))
                    .as(c.toString())
                    .isEqualTo(c.at("ok").bool());
        }
    }

    @Test
    void shouldSplitBetweenMechanisms() {
        for (Json c : cases("mechanism_split")) {
            long total = c.at("total").integer();
            long[] parts = c.has("split")
                    ? Split.byU16(
                            total,
                            c.at("split").list().stream()
                                    .mapToLong(Json::integer)
                                    .toArray())
                    : Split.equal(total, c.at("count").small());
            assertThat(parts)
                    .as(c.toString())
                    .isEqualTo(c.at("expect").list().stream()
                            .mapToLong(Json::integer)
                            .toArray());
        }
    }

    @Test
    void shouldMoveThePriceOfRegistration() {
        for (Json c : cases("registration_burn")) {
            long max = c.at("max").isText() ? Long.MAX_VALUE : c.at("max").integer();
            BurnPrice price = new BurnPrice(
                    c.at("half_life").small(), q32(c.at("mult")), c.at("min").integer(), max);
            List<Long> prices = new ArrayList<>();
            long now = c.at("start").integer();
            for (Json event : c.at("events").list()) {
                now = event.text().equals("block") ? price.afterBlock(now) : price.afterRegistration(now);
                prices.add(now);
            }
            if (c.has("expect")) {
                assertThat(prices).as(c.toString()).isEqualTo(c.at("expect").integers());
            } else {
                assertThat(now).as(c.toString()).isEqualTo(c.at("expect_last").integer());
            }
        }
        Json decay = FILE.at("primitive_vectors").at("registration_burn").at("decay_factor_q32_derived");
        for (String halfLife : decay.names()) {
            assertThat(new BurnPrice(Integer.parseInt(halfLife), Fixed.ONE, 0, 1).decayQ32())
                    .isEqualTo(decay.at(halfLife).integer());
        }
    }

    @Test
    void shouldChooseWhomToReplace() {
        for (Json c : cases("uid_to_prune")) {
            Pruning pruning = new Pruning(
                    c.at("immunity_period").integer(), c.at("min_non_immune").small());
            List<Long> owned = c.has("owner_uids") ? c.at("owner_uids").integers() : List.of();
            List<Pruning.Candidate> candidates = new ArrayList<>();
            for (int uid = 0; uid < c.at("emission").list().size(); uid++) {
                long registered = c.has("reg_block") ? c.at("reg_block").at(uid).integer() : 0;
                candidates.add(new Pruning.Candidate(
                        c.at("emission").at(uid).integer(), registered, owned.contains((long) uid)));
            }
            assertThat(pruning.choose(candidates, c.at("block").integer()))
                    .as(c.toString())
                    .hasValue(c.at("expect_uid").small());
        }
    }

    @Test
    void shouldHashCommitsAsBittensorDoes() {
        for (Json c : cases("weight_commit_hash_v2")) {
            WeightCommit commit = new WeightCommit(
                    Hotkey.parse(c.at("account_hex").text()),
                    c.at("storage_index").small(),
                    c.at("uids").list().stream().map(Json::small).toList(),
                    c.at("values").list().stream().map(Json::small).toList(),
                    c.at("salt").list().stream().map(Json::small).toList(),
                    c.at("version_key").integer());
            assertThat(HexFormat.of().formatHex(commit.hash()))
                    .isEqualTo(c.at("expect_hex").text());
        }
    }

    @Test
    void shouldMapEvmAddresses() {
        for (Json c : cases("evm_address_mapping")) {
            byte[] address = HexFormat.of().parseHex(c.at("h160").text().substring(2));
            byte[] message = new byte[24];
            System.arraycopy("evm:".getBytes(StandardCharsets.US_ASCII), 0, message, 0, 4);
            System.arraycopy(address, 0, message, 4, 20);
            assertThat(HexFormat.of().formatHex(Blake2b.hash(message)))
                    .isEqualTo(c.at("expect_account_hex").text());
        }
    }

    // ---- linear

    /**
     * The amounts of the file exceed a long; all are multiples of this, so the unit can be changed without rounding.
     */
    private static final BigInteger UNIT = new BigInteger("28935185185185185185");

    private static final long TOTAL =
            units(FILE.at("torus_linear_vectors").at("constants").at("total_T"));

    private static long units(Json amount) {
        BigInteger[] parts = amount.decimal().toBigIntegerExact().divideAndRemainder(UNIT);
        assertThat(parts[1]).isZero();
        return parts[0].longValueExact();
    }

    private static Json linear(String id) {
        return FILE.at("torus_linear_vectors").at("cases").list().stream()
                .filter(c -> c.at("id").text().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<Cell> weights(Json weights) {
        return weights.names().stream()
                .map(uid -> new Cell(Integer.parseInt(uid), weights.at(uid).small()))
                .toList();
    }

    private static Slot slot(long stake, OptionalInt follows, List<Cell> weights) {
        return new Slot(stake, 1, 0, true, OptionalLong.empty(), false, follows, weights, List.of());
    }

    private static List<Outcome> run(int feePercent, Slot... slots) {
        EpochRule rule = new EpochRule.Linear(50, feePercent, 1, 128);
        return rule.apply(new EpochInput(100, 0, OptionalInt.empty(), TOTAL, List.of(slots)))
                .slots();
    }

    @Test
    void shouldPayDividendsAndIncentivesLinearly() {
        Json c = linear("pays_dividends_and_incentives");
        Slot none = slot(0, OptionalInt.empty(), List.of());
        List<Outcome> slots = run(0, slot(1, OptionalInt.empty(), weights(c.at("weights"))), none, none);
        Json expected = c.at("expect_added");
        expected.names()
                .forEach(uid ->
                        assertThat(slots.get(Integer.parseInt(uid)).pay()).isEqualTo(units(expected.at(uid))));
    }

    @Test
    void shouldPayAFeeToWhoIsFollowed() {
        Json c = linear("pays_weight_control_fee");
        List<Outcome> slots = run(
                25,
                slot(7, OptionalInt.empty(), weights(c.at("weights"))),
                slot(7, OptionalInt.of(0), List.of()),
                slot(0, OptionalInt.empty(), List.of()));
        Json expected = c.at("expect_added_to_stakers");
        assertThat(slots.get(0).pay()).isEqualTo(units(expected.at("staker_of_0")));
        assertThat(slots.get(1).pay()).isEqualTo(units(expected.at("staker_of_1")));
        assertThat(slots.get(2).pay()).isEqualTo(TOTAL / 2);
    }

    @Test
    void shouldPayStakersAfterTheTake() {
        Json c = linear("pays_dividends_to_stakers");
        Slot none = slot(0, OptionalInt.empty(), List.of());
        List<Outcome> slots = run(0, slot(10, OptionalInt.empty(), List.of(new Cell(1, 1))), none);
        assertThat(slots.get(1).pay()).isEqualTo(units(c.at("miner_incentive")));
        long take = Fixed.mulDiv(slots.get(0).dividendPay(), 25, 100);
        long[] parts = Split.of(slots.get(0).dividendPay() - take, new long[] {1, 2, 3, 4});
        Json expected = c.at("expect_added");
        assertThat(take + parts[0]).isEqualTo(units(expected.at("0")));
        for (int staker = 2; staker <= 4; staker++) {
            assertThat(parts[staker - 1]).isEqualTo(units(expected.at("" + staker)));
        }
    }
}
