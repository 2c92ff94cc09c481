package covey.protocol.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value of a JSON file of test data, with exact numbers. */
public final class Json {
    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /** Reads a resource beside {@code owner}. */
    public static Json resource(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Json parse(String text) {
        return new Json(new Parser(text).value());
    }

    public boolean has(String name) {
        return map().containsKey(name) && map().get(name) != null;
    }

    public Json at(String name) {
        if (!map().containsKey(name)) {
            throw new AssertionError("no field " + name);
        }
        return new Json(map().get(name));
    }

    public Json at(int index) {
        return list().get(index);
    }

    public List<Json> list() {
        return ((List<?>) of(List.class)).stream().map(Json::new).toList();
    }

    public List<String> names() {
        return map().keySet().stream().map(String::valueOf).toList();
    }

    public BigDecimal decimal() {
        return of(BigDecimal.class);
    }

    public long integer() {
        return decimal().longValueExact();
    }

    public int small() {
        return decimal().intValueExact();
    }

    public boolean bool() {
        return of(Boolean.class);
    }

    public String text() {
        return of(String.class);
    }

    public boolean isNull() {
        return value == null;
    }

    public boolean isMap() {
        return value instanceof Map;
    }

    public boolean isText() {
        return value instanceof String;
    }

    public List<Long> integers() {
        return list().stream().map(Json::integer).toList();
    }

    private Map<?, ?> map() {
        return of(Map.class);
    }

    private <T> T of(Class<T> type) {
        return Objects.requireNonNull(type.cast(value));
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }

    /** Strings without escapes other than of quotes, which is all that the data have. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        @Nullable
        Object value() {
            return switch (next()) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        private Map<String, @Nullable Object> object() {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            at++;
            while (next() != '}') {
                String name = string();
                next();
                at++;
                map.put(name, value());
                skipComma();
            }
            at++;
            return map;
        }

        private List<@Nullable Object> array() {
            List<@Nullable Object> list = new ArrayList<>();
            at++;
            while (next() != ']') {
                list.add(value());
                skipComma();
            }
            at++;
            return list;
        }

        private void skipComma() {
            if (next() == ',') {
                at++;
            }
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            at++;
            while (text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 1 : 0;
                out.append(text.charAt(at++));
            }
            at++;
            return out.toString();
        }

        private @Nullable Object word(String word, @Nullable Object meaning) {
            at += word.length();
            return meaning;
        }

        private BigDecimal number() {
            int from = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return new BigDecimal(text.substring(from, at));
        }
    }
}
