package covey.node.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the {@code covey} script says before any JVM runs. */
class LauncherTest {
    @Test
    void shouldSayInOneLineWhichJdkItNeeds(@TempDir Path folder) throws Exception {
        var launch =
                new ProcessBuilder(Repository.find().root().resolve("covey").toString(), "--version");
        launch.environment().put("COVEY_JAVA_HOME", folder.toString());
        Process covey = launch.redirectErrorStream(true).start();
        String said = new String(covey.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.lines())
                .containsExactly("covey: COVEY_JAVA_HOME: " + folder + " (expected: the folder of a JDK 25)");
        assertThat(covey.waitFor()).isEqualTo(1);
    }
}
