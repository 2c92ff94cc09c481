package covey.node.bench.ablation;

import covey.protocol.model.AggregationPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A recipe in its place of the table.
 *
 * @param row what is tried
 * @param column what was tuned for it
 */
record Cell(String row, String column, Recipe recipe) {
    private static final Recipe DEFAULT = Recipe.DEFAULT;

    /** The whole table, row by row. */
    static List<Cell> all() {
        List<Cell> cells = new ArrayList<>();
        floors(cells);
        policies(cells);
        compression(cells);
        feedback(cells);
        rounds(cells);
        equalBytes(cells);
        return List.copyOf(cells);
    }

    private static void floors(List<Cell> cells) {
        rates(cells, "data-parallel AdamW", DEFAULT.dataParallel(), 1e-3, 2e-3, 4e-3, 8e-3);
        rates(cells, "dense averaging", DEFAULT.dense(), 1e-3, 2e-3, 4e-3);
        alphas(cells, "DiLoCo (dense, Nesterov 0.9)", DEFAULT.dense().momentum(0.9), 0.3, 0.5, 0.7);
        rates(cells, "default, learning rate", DEFAULT, 1e-3, 2e-3, 4e-3);
    }

    private static void policies(List<Cell> cells) {
        alphas(cells, AggregationPolicy.CONTRIBUTOR_MEAN.text(), DEFAULT, 0.5, 0.7, 1, 1.4);
        policy(cells, AggregationPolicy.MEAN, 1, 2, 4, 8);
        policy(cells, AggregationPolicy.SHRUNK_MEAN, 0.7, 1, 1.4, 2);
        policy(cells, AggregationPolicy.TRIMMED_MEAN, 0.7, 1, 1.4);
        policy(cells, AggregationPolicy.SIGN_AGREEMENT, 0.5, 0.7, 1);
        alphas(cells, "default and Nesterov 0.5", DEFAULT.momentum(0.5), 0.7);
    }

    private static void policy(List<Cell> cells, AggregationPolicy policy, double... tried) {
        alphas(cells, policy.text(), DEFAULT.policy(policy), tried);
    }

    private static void compression(List<Cell> cells) {
        alphas(cells, "k 16", DEFAULT.kept(16), 0.5, 1);
        alphas(cells, "k 32", DEFAULT.kept(32), 0.7, 1);
        alphas(cells, "k 128", DEFAULT.kept(128), 1, 1.8);
        alphas(cells, "k 256", DEFAULT.kept(256), 1, 1.8);
        alphas(cells, "2 bits", DEFAULT.bits(2), 1);
        alphas(cells, "values not quantised", DEFAULT.bits(Recipe.EXACT), 1);
    }

    private static void feedback(List<Cell> cells) {
        for (double decay : new double[] {0.8, 0.9, 0.99, 1}) {
            alphas(cells, "β " + number(decay), DEFAULT.decay(decay), 1);
        }
        alphas(cells, "no error feedback", DEFAULT.withoutFeedback(), 1, 1.8);
        alphas(cells, "Adam's moments reset each round", DEFAULT.forgettingMoments(), 0.7, 1);
        alphas(cells, "30 % of contributions lost", DEFAULT.lost(0.3), 1);
    }

    private static void rounds(List<Cell> cells) {
        for (int steps : new int[] {5, 10, 30}) {
            alphas(cells, "H " + steps, DEFAULT.steps(steps), 0.7, 1);
        }
        alphas(cells, "DiLoCo, H 5", DEFAULT.dense().momentum(0.9).steps(5), 0.3, 0.5);
        alphas(cells, "DiLoCo, H 30", DEFAULT.dense().momentum(0.9).steps(30), 0.5, 0.7);
    }

    /** About as many bytes a token as the default. */
    private static void equalBytes(List<Cell> cells) {
        alphas(cells, "same bytes: H 5, k 18", DEFAULT.steps(5).kept(18), 0.7, 1);
        alphas(cells, "same bytes: H 5, a third of the chunks", DEFAULT.steps(5).turns(3), 0.7, 1);
        alphas(cells, "same bytes: H 30, k 144", DEFAULT.steps(30).kept(144), 0.7, 1);
    }

    private static void alphas(List<Cell> cells, String row, Recipe recipe, double... tried) {
        tune(cells, row, "α ", recipe::alpha, tried);
    }

    private static void rates(List<Cell> cells, String row, Recipe recipe, double... tried) {
        tune(cells, row, "lr ", recipe::rate, tried);
    }

    private static void tune(
            List<Cell> cells, String row, String what, Function<Double, Recipe> tuned, double... tried) {
        for (double value : tried) {
            cells.add(new Cell(row, what + number(value), tuned.apply(value)));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value).replaceAll("\\.?0+$", "");
    }
}
