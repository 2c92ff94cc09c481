package covey.node.bench.ablation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Results as a table: a row for each thing tried, with all that was tuned for it, and what it costs. */
record AblationTable(List<Line> lines, long tuningSeed) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Of one trainer that predicts a byte from nothing; stands for a run that diverged. */
    private static final double DIVERGED = Math.log(256);

    /** One run. */
    record Line(String recipe, long seed, Optional<Double> loss, long bytes) {
        static Line of(Recipe recipe, long seed, AblationRun.Result result) {
            return new Line(recipe.text(), seed, result.heldOutLoss(), result.bytes());
        }

        /** @throws IllegalArgumentException if the text is not a line of results */
        static Line parse(String text) {
            try {
                JsonNode json = MAPPER.readTree(text);
                return new Line(
                        json.required("recipe").asText(),
                        json.required("seed").asLong(),
                        Optional.ofNullable(json.get("heldOutLoss")).map(JsonNode::asDouble),
                        json.required("bytes").asLong());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("a line: " + text + " (expected: JSON of a run)", e);
            }
        }

        ObjectNode json() {
            ObjectNode json = JsonOutput.object().put("recipe", recipe).put("seed", seed);
            loss.ifPresent(value -> json.put("heldOutLoss", value));
            return json.put("bytes", bytes);
        }

        double orDiverged() {
            return loss.orElse(DIVERGED);
        }

        boolean isOf(Recipe other, long otherSeed) {
            return recipe.equals(other.text()) && seed == otherSeed;
        }
    }

    /**
     * What a cell came to.
     *
     * @param tuned loss from the seed that tunes
     * @param mean over all seeds
     * @param deviation over all seeds; 0 of one
     */
    private record Figure(Cell cell, double tuned, double mean, double deviation, int seeds, double bytesPerToken) {
        String text() {
            return String.format(Locale.ROOT, "%s: %.3f", cell.column(), tuned);
        }

        String meanText() {
            return seeds == 1
                    ? String.format(Locale.ROOT, "%.3f", mean)
                    : String.format(Locale.ROOT, "%.3f ± %.3f", mean, deviation);
        }
    }

    /** @param tuningSeed the seed that decides what is best in a row */
    static AblationTable of(List<Line> lines, long tuningSeed) {
        return new AblationTable(List.copyOf(lines), tuningSeed);
    }

    /** The best of each row. */
    List<Cell> best(List<Cell> cells) {
        return rows(cells).values().stream()
                .map(figures -> least(figures).cell())
                .toList();
    }

    String markdown(List<Cell> cells) {
        Map<String, List<Figure>> rows = rows(cells);
        double floor = rows.values().stream()
                .findFirst()
                .map(AblationTable::least)
                .map(Figure::mean)
                .orElse(Double.NaN);
        StringBuilder text = new StringBuilder("| | tuned | loss | against the first row | bytes a token | seeds |\n");
        text.append("|---|---|---|---|---|---|\n");
        rows.forEach((row, figures) -> text.append(line(row, figures, floor)));
        return text.toString();
    }

    private Map<String, List<Figure>> rows(List<Cell> cells) {
        Map<String, List<Figure>> rows = new LinkedHashMap<>();
        for (Cell cell : cells) {
            figure(cell)
                    .ifPresent(f -> rows.computeIfAbsent(cell.row(), _ -> new ArrayList<>())
                            .add(f));
        }
        return rows;
    }

    private static Figure least(List<Figure> figures) {
        return figures.stream().min(Comparator.comparingDouble(Figure::tuned)).orElseThrow();
    }

    private static String line(String row, List<Figure> figures, double floor) {
        Figure best = least(figures);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %+.1f %% | %.3g | %d |\n",
                row,
                figures.stream().map(Figure::text).collect(Collectors.joining("; ")),
                best.meanText(),
                100 * (best.mean() / floor - 1),
                best.bytesPerToken(),
                best.seeds());
    }

    private Optional<Figure> figure(Cell cell) {
        List<Line> of = lines.stream()
                .filter(line -> line.recipe().equals(cell.recipe().text()))
                .toList();
        return of.stream().filter(line -> line.seed() == tuningSeed).findFirst().map(tuned -> figure(cell, tuned, of));
    }

    private static Figure figure(Cell cell, Line tuned, List<Line> of) {
        double[] losses = of.stream().mapToDouble(Line::orDiverged).toArray();
        double mean = mean(losses);
        double squares = 0;
        for (double loss : losses) {
            squares += (loss - mean) * (loss - mean);
        }
        double deviation = Math.sqrt(squares / Math.max(1, losses.length - 1));
        double bytes = mean(of.stream().mapToDouble(Line::bytes).toArray());
        return new Figure(cell, tuned.orDiverged(), mean, deviation, losses.length, bytes / Recipe.TOKENS);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
