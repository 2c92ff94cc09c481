package covey.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @Test
    void shouldServeOneProcessAtATime(@TempDir Path directory) {
        Path root = directory.resolve("node");
        try (DataDirectory held = DataDirectory.open(root)) {
            assertThat(held.root()).isDirectory();
            assertThatThrownBy(() -> DataDirectory.open(root))
                    .isInstanceOf(ConfigError.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " does");
        }
        DataDirectory.open(root).close();
    }
}
