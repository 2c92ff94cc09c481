package covey.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigFileTest {
    @TempDir
    Path directory;

    private NodeConfig load(String text) {
        try {
            Path file = directory.resolve("node.conf");
            Files.writeString(file, text);
            return NodeConfigFile.load(Optional.of(file), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldHaveDefaultsForEverything() {
        NodeConfig config = NodeConfigFile.load(Optional.empty(), Map.of());

        assertThat(config.roles()).containsExactly(Role.TRAINER);
        assertThat(config.dataDirectory()).isEqualTo(Path.of("covey-node").toAbsolutePath());
        assertThat(config.hotkeyFile()).isEqualTo(config.dataDirectory().resolve("hotkey.key"));
        assertThat(config.ports()).isEqualTo(new NodeConfig.Ports(0, 0, 0, 0, 0, 0));
        assertThat(config.engineThreads()).isPositive();
        assertThat(config.advertisedHost()).isEqualTo(config.host());
        assertThat(config.runId()).isEmpty();
    }

    @Test
    void shouldReadTheTextThatInitWrites() {
        assertThat(load(NodeConfigFile.defaultText())).isEqualTo(NodeConfigFile.load(Optional.empty(), Map.of()));
    }

    @Test
    void shouldLetOptionsWinOverTheFile() throws IOException {
        Path file = directory.resolve("node.conf");
        Files.writeString(file, "ports.http = 7000, ports { artery = 7001 }, roles = [validator], seeds = [\"a:1\"]");

        NodeConfig config = NodeConfigFile.load(
                Optional.of(file), Map.of("ports.http", 8000, "seeds", List.of("b:2", "[::1]:3"), "host", "::1"));

        assertThat(config.ports().http()).isEqualTo(8000);
        assertThat(config.ports().artery()).isEqualTo(7001);
        assertThat(config.seeds()).containsExactly(new HostPort("b", 2), new HostPort("::1", 3));
        assertThat(config.roles()).containsExactly(Role.VALIDATOR);
        assertThat(config.roleBits()).isEqualTo(Role.VALIDATOR.bit());
        assertThat(config.advertisedHost()).isEqualTo("::1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        prots.http = 1              | prots: unknown key in
        ports.htpt = 1              | ports.htpt: unknown key in
        ports.http = 65536          | ports.http: 65536 (expected: 0 to 65535)
        ports.http = web            | ports.http
        ports = 5                   | ports
        roles = []                  | roles: none (expected: one or more
        roles = [king]              | roles: 'king' (expected: trainer
        seeds = [nowhere]           | seeds: 'nowhere' (expected: HOST:PORT
        seeds = ["a:0"]             | seeds: 'a:0' (expected: HOST:PORT
        runId = abc                 | runId: 'abc' (expected: 64
        host = "a b"                | host: 'a b
        engineThreads = -1          | engineThreads: -1 (expected: 0 to 1024)
        gpuProducts = fp8           | gpuProducts: 'fp8' (expected: bf16 or fp32)
        device = gpu                | device: 'gpu' (expected: auto, cpu or cuda)
        engineBackend = gpu         | engineBackend: 'gpu' (expected: auto, vector or reference)
        uploadBytesPerSecond = 1    | uploadBytesPerSecond: 1 (expected: 65536
        logLevel = loud             | logLevel: 'loud' (expected: error
        jsonEvents = perhaps        | jsonEvents
        seeds = [                   | configuration
        """)
    void shouldRefuseWithOneLine(String text, String line) {
        assertThatThrownBy(() -> load(text))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining(line)
                .satisfies(
                        e -> assertThat(e.getMessage()).contains("(expected: ").doesNotContain("\n"));
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        assertThatThrownBy(() -> NodeConfigFile.load(Optional.of(directory.resolve("none.conf")), Map.of()))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("--config: ");
    }
}
