package covey.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.node.config.NodeConfig;
import covey.node.config.NodeConfigFile;
import covey.node.store.VoteFile;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.port.VoteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitGenesisTest {
    private static final String KEY = "ab".repeat(32);

    @TempDir
    Path directory;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        text = Files.createDirectory(directory.resolve("text"));
        for (int i = 0; i < 20; i++) {
            Files.writeString(text.resolve(i + ".txt"), ("line of file " + i + "\n").repeat(40));
        }
    }

    private CommandRun init(String... options) {
        List<String> args = new ArrayList<>(
                List.of("init", "--genesis", directory.resolve("run").toString(), "--corpus", text.toString()));
        args.addAll(List.of(options));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private GenesisFile genesis() {
        return GenesisFile.read(directory.resolve("run/genesis.json"), new Ed25519Crypto());
    }

    @Test
    void shouldMakeARunThatItsAuthoritiesCanStart() throws IOException {
        CommandRun run = init(
                "--model",
                "nano",
                "--min-trainers",
                "2",
                "--authority",
                "127.0.0.1:7000",
                "--authority",
                "127.0.0.1:7010",
                "--authority",
                KEY + "@example.org:7000");

        assertThat(run.exitCode()).as(run.err()).isZero();
        GenesisFile made = genesis();
        assertThat(run.out())
                .contains("run " + made.runId())
                .contains("authority-3 for " + KEY + ": put its hotkey.key there")
                .contains("join: covey node --seed 127.0.0.1:7000 --run-id " + made.runId());
        Genesis genesis = made.genesis();
        assertThat(genesis.timing().minTrainers()).isEqualTo(2);
        assertThat(genesis.data().source()).isEqualTo("text");
        assertThat(genesis.authorities())
                .extracting(Genesis.Authority::door)
                .containsExactly("127.0.0.1:7000", "127.0.0.1:7010", "example.org:7000");
        assertThat(genesis.members()).hasSize(3).allMatch(m -> m.has(Role.VALIDATOR) && m.has(Role.AUTHORITY));
        for (int i = 1; i <= 3; i++) {
            assertAuthority(
                    directory.resolve("run/authority-" + i),
                    genesis.authorities().get(i - 1));
        }
        assertThat(genesis.authorities().getLast().hotkey()).hasToString(KEY);
    }

    private void assertAuthority(Path folder, Genesis.Authority authority) throws IOException {
        assertThat(folder.resolve("genesis.json")).hasSameBinaryContentAs(directory.resolve("run/genesis.json"));
        try (VoteFile votes = VoteFile.open(folder.resolve("votes"))) {
            assertThat(votes.read()).isInstanceOf(VoteStore.Fresh.class);
        }
        Path key = folder.resolve("hotkey.key");
        if (Files.exists(key)) {
            assertThat(KeyFile.hotkeyOf(KeyFile.read(key))).isEqualTo(authority.hotkey());
        }
        NodeConfig config = NodeConfigFile.load(Optional.of(folder.resolve("node.conf")), Map.of());
        assertThat(config.dataDirectory()).isEqualTo(folder);
        assertThat(config.roles()).containsExactlyInAnyOrder(Role.AUTHORITY, Role.VALIDATOR);
        assertThat(config.seeds()).hasSize(2);
        assertThat(config.advertisedHost() + ":" + config.ports().door()).isEqualTo(authority.door());
        assertThat(config.advertisedHost() + ":" + config.ports().ballots()).isEqualTo(authority.ballots());
        assertThat(config.corpus()).contains(text);
    }

    @Test
    void shouldNotMakeARunTwice() throws IOException {
        assertThat(init("--model", "nano", "--authority", "127.0.0.1:7000").exitCode())
                .isZero();
        byte[] first = Files.readAllBytes(directory.resolve("run/genesis.json"));

        CommandRun again = init("--model", "nano", "--authority", "127.0.0.1:7000");
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("(expected: a folder without a run)").hasLineCount(1);
        assertThat(directory.resolve("run/genesis.json")).hasBinaryContent(first);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --model nano | --authority: 0 of them (expected: 1, 3 or 5)
        --authority h:7000 --authority h:7010 | --authority: 2 of them (expected: 1, 3 or 5)
        --authority h:7000 --authority h:7002 --authority i:1 | --authority: h:7002 (expected: a hotkey and three TCP
        --authority h:65534 | --authority: h:65534 (expected: a port whose two next ones exist, too)
        --authority h | --authority: 'h' (expected: HOST:PORT
        --authority xy@h:7000 | --authority: xy (expected: a hotkey of 64 hexadecimal digits before the @)
        --authority h:7000 --model 72b | --model: 72b (expected: nano, tiny
        --authority h:7000 --min-trainers 0 | --min-trainers: 0 (expected: 1 to 256)
        --authority h:7000 --ceiling 0 | --ceiling: 0 (expected: 1 to 3600)
        --authority h:7000 --collect 9999 | --collect: 9999 (expected: 1 to 3600)
        --authority h:7000 --rounds -1 | --rounds: -1 (expected: 0 to
        --authority h:7000 --corpus nowhere | --corpus: nowhere (expected: a readable
        """)
    void shouldRefuseByOneLineAndWriteNothing(String options, String line) {
        String[] given = options.split(" ");
        CommandRun run = CommandRun.of(concat(List.of("init", "--genesis", directory.resolve("run") + ""), given));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(line).hasLineCount(1);
        assertThat(directory.resolve("run")).doesNotExist();
    }

    private static String[] concat(List<String> first, String[] others) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(others));
        return all.toArray(String[]::new);
    }

    @Test
    void shouldRefuseAnAuthorityWithoutARun() {
        CommandRun run = CommandRun.of("init", "--authority", "127.0.0.1:7000");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--authority: 127.0.0.1:7000 (expected: with --genesis DIR)");
    }
}
