package covey.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The example in deploy/ has no key that a node would refuse. */
class ExampleConfigTest {
    @Test
    void shouldReadTheExample() {
        NodeConfig config = NodeConfigFile.load(Optional.of(example()), Map.of());
        assertThat(config.roles()).containsExactly(Role.TRAINER);
        assertThat(config.seeds()).hasSize(2);
        assertThat(config.advertisedHost()).isEqualTo("node.example.org");
        assertThat(config.ports().http()).isEqualTo(7626);
        assertThat(config.httpHost()).isEqualTo("127.0.0.1");
    }

    private static Path example() {
        Path module = Path.of("").toAbsolutePath();
        Path beside = module.resolveSibling("deploy/covey.conf.example");
        return Files.exists(beside) ? beside : module.resolve("deploy/covey.conf.example");
    }
}
