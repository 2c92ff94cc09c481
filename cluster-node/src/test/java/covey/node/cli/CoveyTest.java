package covey.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import covey.node.config.KeyFile;
import covey.node.config.NodeConfig;
import covey.node.config.NodeConfigFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoveyTest {
    @TempDir
    Path directory;

    @Test
    void shouldPrintItsVersion() {
        CommandRun run = CommandRun.of("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("covey [0-9]+\\.[0-9]+\\.[0-9]+\\R");
        assertThat(CommandRun.of("keygen", "--version").out()).isEqualTo(run.out());
    }

    @Test
    void shouldListAllVerbsAndExitCodes() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("doctor", "generate", "init", "keygen", "peers", "rounds", "status")
                .contains("0", "done", "1", "failed", "2", "bad usage");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                        | covey: no verb (expected: what covey --help lists)
        frobnicate                | covey: Unmatched argument at index 0: 'frobnicate' (expected: what covey
        keygen --frob             | covey: Unknown option: '--frob' (expected: what covey keygen --help lists)
        generate --prompt x       | covey: Missing required option: '--checkpoint=DIR' (expected: what covey generate
        status                    | covey: Missing required option: '--node=URL'
        status --node nowhere     | covey: --node: nowhere (expected: http://HOST:PORT)
        status --node ftp://a:1   | covey: --node: ftp://a:1 (expected: http://HOST:PORT)
        generate --checkpoint none --prompt x             | covey: genesis: none/genesis.json (expected: an
        generate --checkpoint none --prompt x --tokens 0  | covey: --tokens: 0 (expected: 1 to 100000)
        generate --checkpoint none --prompt x --seed q    | covey: Invalid value for option '--seed'
        doctor --config none.conf | covey: --config: none.conf (expected: a readable file)
        """)
    void shouldRefuseBadUsageInOneLine(String command, String line) {
        String[] args = command.isEmpty() ? new String[0] : command.split(" ");

        CommandRun run = CommandRun.of(args);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith(line).hasLineCount(1).contains("(expected: ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldShowAStackTraceOnlyWithDebug() {
        CommandRun run = CommandRun.of("status", "--node", "nowhere", "--debug");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("covey: --node: nowhere").contains("\tat covey.node.cli.NodeApi");
    }

    @Test
    void shouldMakeAKeyOnce() {
        Path file = directory.resolve("my.key");

        CommandRun run = CommandRun.of("keygen", "--out", file.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().trim())
                .isEqualTo(KeyFile.hotkeyOf(KeyFile.read(file)).toString());
        CommandRun again = CommandRun.of("keygen", "--json", "--out", file.toString());
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("never overwritten");
        assertThat(again.out()).isEmpty();
    }

    @Test
    void shouldWriteAConfigurationThatANodeReads() {
        Path folder = directory.resolve("node");

        CommandRun run = CommandRun.of("init", "--dir", folder.toString());

        assertThat(run.exitCode()).isZero();
        NodeConfig config = NodeConfigFile.load(Optional.of(folder.resolve("node.conf")), Map.of());
        assertThat(config.dataDirectory()).isEqualTo(folder);
        assertThat(run.out())
                .contains(KeyFile.hotkeyOf(KeyFile.read(config.hotkeyFile())).toString());
        assertThat(CommandRun.of("init", "--dir", folder.toString()).exitCode()).isEqualTo(2);
    }

    @Test
    void shouldPrepareData() throws IOException {
        Path book = Files.writeString(directory.resolve("book.txt"), "a line of the book\n".repeat(500));
        String[] args = {
            "data",
            "prepare",
            "--corpus",
            book.toString(),
            "--out",
            directory.resolve("out").toString()
        };

        CommandRun run = CommandRun.of(args);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("source    book.txt", "train     ", "bits a byte (order 2)");
        assertThat(CommandRun.of("data").exitCode()).isEqualTo(2);
    }

    @Test
    void shouldPassTheDoctorOnAMachineThatCanBuildCovey() {
        CommandRun.of("init", "--dir", directory.toString());

        CommandRun run = CommandRun.of(
                "doctor", "--config", directory.resolve("node.conf").toString());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("ok   jdk: 25").contains("fsync: ").contains("ok   ports: any free ones");
    }

    @Test
    void shouldFailTheDoctorWhenAPortIsTakenAndAKeyIsOpen() throws IOException {
        CommandRun.of("init", "--dir", directory.toString());
        Path config = directory.resolve("node.conf");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(config, Files.readString(config).replace("door = 0", "door = " + taken.getLocalPort()));

            CommandRun run = CommandRun.of("doctor", "--json", "--config", config.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out().lines().filter(line -> line.contains("\"check\":\"ports.door\"")))
                    .singleElement()
                    .asString()
                    .contains("\"result\":\"fail\"", "\"fix\":\"stop who uses it, or set ports.door\"");
        }
    }

    @Test
    void shouldGradeWhatItFinds() throws IOException {
        assertThat(MachineChecks.jdk(24, "24.0.1").result()).isEqualTo(Check.Result.FAIL);
        assertThat(MachineChecks.sources(directory).result()).isEqualTo(Check.Result.WARN);
        assertThat(MachineChecks.sharedMemory(directory.resolve("none")).result())
                .isEqualTo(Check.Result.WARN);
        Path small = Files.writeString(directory.resolve("rmem_max"), "212992\n");
        assertThat(MachineChecks.receiveBuffer(small).fix()).isEqualTo("sysctl -w net.core.rmem_max=2097152");
        Path kernel = Path.of("/proc/sys/net/core/rmem_max");
        if (Files.exists(kernel)) {
            assertThat(MachineChecks.receiveBuffer(kernel).detail()).matches("[0-9]{4,} bytes");
        }
        assertThat(Check.atLeast("n", "d", "f", 5, 3, 9).result()).isEqualTo(Check.Result.WARN);
        assertThat(Check.atLeast("n", "d", "f", 2, 3, 9).result()).isEqualTo(Check.Result.FAIL);
    }
}
