package covey.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** JSON objects as lines of aligned columns. What a value does not have, or has as null, is a dash. */
final class Table {
    /** How a field is shown. */
    enum Form {
        PLAIN,
        /** First eight characters of a hash. */
        BRIEF,
        /** Four digits after the point. */
        LOSS
    }

    record Column(String title, String field, Form form) {}

    private final List<Column> columns = new ArrayList<>();

    Table plain(String title, String field) {
        columns.add(new Column(title, field, Form.PLAIN));
        return this;
    }

    Table brief(String title, String field) {
        columns.add(new Column(title, field, Form.BRIEF));
        return this;
    }

    Table loss(String title, String field) {
        columns.add(new Column(title, field, Form.LOSS));
        return this;
    }

    /** A title line, then a line for each element. */
    void print(PrintWriter out, JsonNode array) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        for (JsonNode item : array) {
            lines.add(columns.stream().map(column -> cell(item, column)).toList());
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int c = 0; c < columns.size(); c++) {
                text.append(padded(line.get(c), width(lines, c)));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    /** A line for each field of one object. */
    void printFields(PrintWriter out, JsonNode item) {
        int width = columns.stream().mapToInt(c -> c.title().length()).max().orElse(0);
        columns.forEach(column -> out.println(padded(column.title(), width) + cell(item, column)));
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length() + 2);
    }

    private static String cell(JsonNode item, Column column) {
        JsonNode value = item.path(column.field());
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        String text = text(value);
        return switch (column.form()) {
            case PLAIN -> text.isEmpty() ? "-" : text;
            case BRIEF -> text.substring(0, Math.min(8, text.length()));
            case LOSS -> value.isNumber() ? String.format(Locale.ROOT, "%.4f", value.doubleValue()) : text;
        };
    }

    private static String text(JsonNode value) {
        if (!value.isArray()) {
            return printable(value.asText(value.toString()));
        }
        List<String> parts = new ArrayList<>();
        value.forEach(part -> parts.add(printable(part.asText(part.toString()))));
        return String.join(",", parts);
    }

    /** Labels and addresses come from strangers: no control characters reach the terminal. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
