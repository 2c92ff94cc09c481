package covey.node.bench.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.compute.cpu.CpuBackend;
import covey.protocol.contribution.Layout;
import covey.protocol.data.ArrayTokenSource;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.Seed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AblationRunTest {
    private static final ModelShape SHAPE = new ModelShape(64, 64, 1, 1, 1, 64, 16, true);
    private static final Layout LAYOUT = Layout.of(SHAPE);
    private static final int TOKENS = 100_000;
    private static final AblationRun.Material MATERIAL = material();
    private static final Recipe SHORT = Recipe.DEFAULT.steps(2);

    private static AblationRun.Material material() {
        Seed seed = Seed.of(1);
        int[] tokens = new int[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            tokens[i] = i % 4 == 3 ? 1 : 2 + (seed.nextInt(3) * 7 + i % 4) % 60;
        }
        TokenSource text = ArrayTokenSource.of(tokens, SHAPE.sequence());
        ContentId any = new ContentId(Hash.ZERO);
        return new AblationRun.Material(
                SHAPE,
                new Genesis.DataManifest("bytes", any, TOKENS, any, TOKENS, TOKENS, "test"),
                text,
                text,
                new long[] {1, 2, 3});
    }

    private static AblationRun run(Recipe recipe) {
        return new AblationRun(MATERIAL, recipe, 3, CpuBackend.REFERENCE);
    }

    /** θ after the first round; {@code bytes} of all contributions. */
    private record Round(float[] theta, long bytes) {}

    private static Round round(AblationRun run) {
        try (run) {
            assertThat(run.round(1)).isTrue();
            return new Round(run.theta(), run.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = AggregationPolicy.class,
            names = {"CONTRIBUTOR_MEAN", "MEAN"})
    void shouldComputePlainlyWhatContributionsOfTheFormatDo(AggregationPolicy policy) {
        Recipe recipe = SHORT.policy(policy);
        Round real = round(run(recipe));
        Round plain = round(run(recipe).exchanging(new PlainExchange(recipe, LAYOUT)));
        Round start = round(run(recipe.alpha(0x1p-16)));
        double moved = 0;
        for (int i = 0; i < real.theta().length; i++) {
            assertThat(plain.theta()[i]).as("%d", i).isCloseTo(real.theta()[i], within(2e-7f));
            moved = Math.max(moved, Math.abs(real.theta()[i] - start.theta()[i]));
        }
        assertThat(moved).isGreaterThan(1e-4);
        long headers = (long) Recipe.TRAINERS * Limits.CONTRIBUTION_HEADER_MAX_BYTES;
        assertThat(plain.bytes()).isBetween(real.bytes() - headers, real.bytes());
    }

    @Test
    void shouldAverageWhatDenseTrainersLearnedAndStepBackByMomentum() {
        Round averaged = round(run(SHORT.dense()));
        Round halved = round(run(SHORT.dense().alpha(0.5)));
        Round nesterov = round(run(SHORT.dense().alpha(0.25).momentum(1)));
        for (int i = 0; i < averaged.theta().length; i++) {
            assertThat(nesterov.theta()[i]).isCloseTo(halved.theta()[i], within(1e-6f));
        }
        assertThat(averaged.theta()).isNotEqualTo(halved.theta());
        assertThat(averaged.bytes()).isEqualTo(Recipe.TRAINERS * 4L * SHAPE.parameterCount());
    }

    @Test
    void shouldTakeAllWindowsInOneBatchWhereGradientsAreAveraged() {
        Recipe recipe = SHORT.dataParallel();
        assertThat(recipe.inner().batch()).isEqualTo(Recipe.BATCH * Recipe.TRAINERS);
        assertThat(round(run(recipe)).bytes()).isEqualTo(2L * Recipe.TRAINERS * 4 * SHAPE.parameterCount());
    }

    @Test
    void shouldSendOneChunkInSoManyRounds() {
        long all = round(run(SHORT.kept(16))).bytes();
        long some = round(run(SHORT.kept(16).turns(3))).bytes();
        assertThat(some).isBetween(all / 4, all / 2);
    }

    @Test
    void shouldFollowFromTheSeed() {
        assertThat(round(run(SHORT)).theta()).isEqualTo(round(run(SHORT)).theta());
    }

    @Test
    void shouldGiveEachCellAPlaceAndADivisorOfTheRun() {
        List<Cell> cells = Cell.all();
        assertThat(cells).allMatch(cell -> Recipe.STEPS % cell.recipe().inner().steps() == 0);
        assertThat(cells.stream().map(cell -> cell.row() + cell.column())).doesNotHaveDuplicates();
    }

    @Test
    void shouldPrintMeanAndSpreadAndKeepALineThroughItsText() {
        Cell cell = new Cell("some row", "α 1", Recipe.DEFAULT);
        AblationTable.Line one = line(1, Optional.of(2.0));
        AblationTable.Line other = line(2, Optional.of(3.0));
        assertThat(AblationTable.Line.parse(one.json().toString())).isEqualTo(one);
        assertThat(AblationTable.of(List.of(one, other), 1).markdown(List.of(cell)))
                .contains("| some row | α 1: 2.000 | 2.500 ± 0.707 | +0.0 % |");
        assertThat(AblationTable.of(List.of(line(1, Optional.empty())), 1).markdown(List.of(cell)))
                .contains("5.545");
    }

    @Test
    void shouldTuneOnOneSeed() {
        Cell high = new Cell("row", "α 1", Recipe.DEFAULT);
        Cell low = new Cell("row", "α 2", Recipe.DEFAULT.alpha(2));
        AblationTable.Line better =
                AblationTable.Line.of(low.recipe(), 1, new AblationRun.Result(Optional.of(1.9), 1000));
        AblationTable table =
                AblationTable.of(List.of(line(1, Optional.of(2.0)), line(2, Optional.of(0.5)), better), 1);
        assertThat(table.best(List.of(high, low))).containsExactly(low);
    }

    private static AblationTable.Line line(long seed, Optional<Double> loss) {
        return AblationTable.Line.of(Recipe.DEFAULT, seed, new AblationRun.Result(loss, 1000));
    }
}
