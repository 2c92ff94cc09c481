package covey.node.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every Java file looks as palantir-java-format would write it. {@code -Dcovey.format=apply} rewrites those that
 * don't.
 */
class FormatTest {
    private final Repository repository = Repository.find();

    @Test
    void shouldFindEachFileFormatted() throws Exception {
        if ("apply".equals(System.getProperty("covey.format"))) {
            format("--replace");
        }
        assertThat(format("--dry-run").lines().map(line -> line.replace(repository.root() + "/", "")))
                .as("files that are not formatted; .ci/format rewrites them")
                .isEmpty();
    }

    /** What the formatter has to say: with {@code --dry-run} the files that it would change, and errors. */
    private String format(String mode) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--palantir", mode));
        repository.javaFiles().forEach(path -> arguments.add(path.toString()));
        var said = new StringWriter();
        var writer = new PrintWriter(said, true);
        new Main(writer, writer, InputStream.nullInputStream()).format(arguments.toArray(String[]::new));
        return said.toString();
    }
}
