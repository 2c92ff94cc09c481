package covey.protocol.yuma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.testing.Json;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.EpochResult.Outcome;
import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each value that yuma.json asserts, logs, lists or derives for an epoch. */
class EpochVectorsTest {
    private static final Json FILE = Json.resource(EpochVectorsTest.class, "yuma.json");

    /** One step of one vector. */
    record Step(Json vector, Json step) {
        Json input() {
            return step.at("input");
        }

        EpochResult run() {
            return rule(vector.at("params")).apply(epochInput());
        }

        private EpochInput epochInput() {
            Json params = vector.at("params");
            List<Slot> slots = IntStream.range(0, vector.at("n").small())
                    .mapToObj(this::slot)
                    .toList();
            return new EpochInput(
                    input().at("block").integer(),
                    input().at("last_tempo_block").integer(),
                    params.has("owner_uid")
                            ? OptionalInt.of(params.at("owner_uid").small())
                            : OptionalInt.empty(),
                    params.at("epoch_emission").integer(),
                    slots);
        }

        private Slot slot(int uid) {
            return new Slot(
                    vector.at("stake").at(uid).integer(),
                    input().at("last_update").at(uid).integer(),
                    input().at("block_at_registration").at(uid).integer(),
                    input().at("validator_permit_in").at(uid).bool(),
                    OptionalLong.empty(),
                    false,
                    OptionalInt.empty(),
                    cells(input().at("weights_u16").at(uid)),
                    cells(input().at("bonds_in_u16").at(uid)));
        }

        boolean isLiquid() {
            return vector.at("params").at("liquid_alpha").bool();
        }

        @Override
        public String toString() {
            return vector.at("id").text() + ": " + step.at("label").text();
        }
    }

    static EpochRule rule(Json params) {
        Yuma yuma = new Yuma(
                params.at("kappa_u16").small(),
                params.at("bonds_moving_average_ppm").small(),
                params.at("bonds_penalty_u16").small(),
                params.at("activity_cutoff_blocks").integer(),
                params.at("max_allowed_validators").small(),
                params.at("stake_threshold").integer(),
                params.at("commit_reveal").bool());
        if (!params.at("yuma3").bool()) {
            return new EpochRule.Yuma2(yuma);
        }
        return new EpochRule.Yuma3(
                yuma,
                params.at("liquid_alpha").bool()
                        ? Optional.of(new LiquidAlpha(
                                params.at("alpha_low_u16").small(),
                                params.at("alpha_high_u16").small(),
                                params.at("alpha_sigmoid_steepness").small()))
                        : Optional.empty());
    }

    private static List<Cell> cells(Json row) {
        return row.list().stream()
                .map(pair -> new Cell(pair.at(0).small(), pair.at(1).small()))
                .toList();
    }

    static Stream<Step> steps() {
        return FILE.at("epoch_vectors").list().stream()
                .flatMap(vector -> vector.at("steps").list().stream().map(step -> new Step(vector, step)));
    }

    @Test
    void shouldReadAllStepsOfTheFile() {
        assertThat(FILE.at("epoch_vectors").list()).hasSize(8);
        assertThat(steps()).hasSize(37);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void shouldDeriveTheSameIntegers(Step step) {
        List<Outcome> slots = step.run().slots();
        Json derived = step.step().at("derived");
        assertAll(derived.at("consensus_u16"), slots, o -> (long) o.consensusU16());
        assertAll(derived.at("validator_trust_u16"), slots, o -> (long) o.trustU16());
        assertAll(derived.at("incentive_u16"), slots, o -> (long) o.incentiveU16());
        assertAll(derived.at("dividends_u16"), slots, o -> (long) o.dividendsU16());
        assertAll(derived.at("server_emission"), slots, Outcome::incentivePay);
        assertAll(derived.at("validator_emission"), slots, Outcome::dividendPay);
        assertAll(derived.at("combined_emission"), slots, Outcome::pay);
        assertThat(slots.stream().map(Outcome::permit))
                .isEqualTo(derived.at("validator_permit_out").list().stream()
                        .map(Json::bool)
                        .toList());
        for (int i = 0; i < slots.size(); i++) {
            assertThat(slots.get(i).bonds())
                    .isEqualTo(cells(derived.at("bonds_out_u16").at(i)));
        }
    }

    private static void assertAll(Json expected, List<Outcome> slots, Function<Outcome, Long> value) {
        assertThat(slots.stream().map(value)).isEqualTo(expected.integers());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void shouldReachWhatUpstreamAsserts(Step step) {
        List<Outcome> slots = step.run().slots();
        for (String group : List.of("asserted", "logged_in_source_comment", "listed_not_compared_in_source")) {
            if (step.step().has(group)) {
                Json values = step.step().at(group);
                values.names().forEach(name -> assertValue(name, values, slots));
            }
        }
    }

    private static void assertValue(String name, Json values, List<Outcome> slots) {
        Json expected = values.at(name);
        switch (name) {
            case "combined_emission" -> assertSome(expected, slots, Outcome::pay);
            case "incentive_u16" -> assertSome(expected, slots, o -> (long) o.incentiveU16());
            case "dividends_u16" -> assertSome(expected, slots, o -> (long) o.dividendsU16());
            case "consensus_u16" -> assertSome(expected, slots, o -> (long) o.consensusU16());
            case "bonds_out_u16_column" -> {
                int column = expected.at("uid").small();
                Json rows = expected.at("rows");
                rows.names()
                        .forEach(uid -> assertThat(bond(slots.get(Integer.parseInt(uid)), column))
                                .isEqualTo(rows.at(uid).small()));
            }
            case "dividends_float" -> {
                for (int i = 0; i < slots.size(); i++) {
                    assertNear(slots.get(i).dividendsU16(), expected.at(i), values);
                }
            }
            case "bonds_float_for_uids_3_up" -> {
                for (int i = 0; i < expected.list().size(); i++) {
                    for (int j = 0; j < expected.at(i).list().size(); j++) {
                        assertNear(bond(slots.get(i), 3 + j), expected.at(i).at(j), values);
                    }
                }
            }
            case "relation" -> {
                assertThat(expected.text()).isEqualTo("server_emission[0]==server_emission[1]>0");
                assertThat(slots.get(0).incentivePay())
                        .isEqualTo(slots.get(1).incentivePay())
                        .isPositive();
            }
            case "tolerance" -> assertThat(expected.decimal()).isPositive();
            default -> throw new AssertionError("nothing checks " + name);
        }
    }

    private static void assertNear(int u16, Json expected, Json values) {
        assertThat(u16 / 65535.0)
                .isCloseTo(
                        expected.decimal().doubleValue(),
                        within(values.at("tolerance").decimal().doubleValue()));
    }

    private static int bond(Outcome outcome, int uid) {
        return outcome.bonds().stream()
                .filter(cell -> cell.uid() == uid)
                .mapToInt(Cell::value)
                .findFirst()
                .orElse(0);
    }

    /** A list by uid, or an object of some uids. */
    private static void assertSome(Json expected, List<Outcome> slots, Function<Outcome, Long> value) {
        if (expected.isMap()) {
            expected.names()
                    .forEach(uid -> assertThat(value.apply(slots.get(Integer.parseInt(uid))))
                            .isEqualTo(expected.at(uid).integer()));
        } else {
            assertAll(expected, slots, value);
        }
    }

    @Test
    void shouldFeedTheBondsOfOneStepIntoTheNext() {
        for (Json vector : FILE.at("epoch_vectors").list()) {
            List<List<Cell>> bonds = new ArrayList<>();
            for (Json json : vector.at("steps").list()) {
                Step step = new Step(vector, json);
                if (!bonds.isEmpty()) {
                    assertThat(step.epochInput().slots().stream().map(Slot::bonds))
                            .isEqualTo(bonds);
                }
                bonds = step.run().slots().stream().map(Outcome::bonds).toList();
            }
        }
    }
}
