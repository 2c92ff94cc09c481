package covey.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import covey.node.config.GenesisFile;
import covey.node.store.CheckpointFolder;
import covey.node.tokenizer.TokenizerFile;
import covey.node.tokenizer.TokenizerJson;
import covey.protocol.data.bpe.BpeTrainer;
import covey.protocol.model.Genesis;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.ContentHash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    @TempDir
    Path directory;

    @BeforeEach
    void write() {
        TestCrypto crypto = new TestCrypto();
        GenesisFile genesis = GenesisFile.of(TestRun.of(3, 1, 1).genesis(), crypto);
        MemorySegment theta = MemorySegment.ofArray(new byte[] {1, 2, 3, 4});
        CheckpointFolder.write(directory, genesis, 8, ContentHash.of(theta, crypto), theta);
    }

    private CommandRun generate(String... more) {
        String[] args = new String[5 + more.length];
        System.arraycopy(
                new String[] {"generate", "--checkpoint", directory.toString(), "--prompt", "abc"}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return CommandRun.of(args);
    }

    @Test
    void shouldPrintThePromptAndItsContinuation() {
        assertThat(generate().out()).isEqualTo("abccba" + System.lineSeparator());
        assertThat(generate("--json").out())
                .contains("\"round\":8", "\"prompt\":\"abc\"", "\"text\":\"cba\"")
                .hasLineCount(1);
    }

    @Test
    void shouldReadBytePairsByTheTokenizerBesideTheParameters() throws IOException {
        byte[] json = TokenizerJson.write(BpeTrainer.train(List.of("abcabc abc cba".getBytes(UTF_8)), 300));
        TestCrypto crypto = new TestCrypto();
        Genesis bytes = TestRun.of(3, 1, 1).genesis();
        Genesis.DataManifest d = bytes.data();
        GenesisFile genesis = GenesisFile.of(
                new Genesis(
                        bytes.name(),
                        bytes.model(),
                        bytes.seed(),
                        bytes.thetaRoot(),
                        bytes.training(),
                        bytes.timing(),
                        bytes.members(),
                        bytes.authorities(),
                        new Genesis.DataManifest(
                                TokenizerFile.name(json, crypto),
                                d.train(),
                                d.trainTokens(),
                                d.heldOut(),
                                d.heldOutTokens(),
                                d.heldOutTextBytes(),
                                d.source())),
                crypto);
        MemorySegment theta = MemorySegment.ofArray(new byte[] {1, 2, 3, 4});
        CheckpointFolder.write(directory, genesis, 8, ContentHash.of(theta, crypto), theta);
        assertThat(generate().err())
                .contains("tokenizer.json (expected: an existing file)")
                .hasLineCount(1);

        Files.write(directory.resolve("tokenizer.json"), json);

        assertThat(generate().out()).isEqualTo("abcabc" + System.lineSeparator());
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        assertThat(generate().err()).contains("(expected: bpe:").hasLineCount(1);
    }

    @Test
    void shouldRefuseParametersThatAreNotTheRoots() throws IOException {
        Files.write(directory.resolve("theta.bin"), new byte[] {1, 2, 3, 5});

        CommandRun run = generate();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("stateRoot of theta.bin: ").hasLineCount(1);
    }

    @Test
    void shouldRefuseAnotherRunsGenesis() throws IOException {
        Path genesis = directory.resolve("genesis.json");
        Files.writeString(genesis, Files.readString(genesis) + "\n");

        assertThat(generate().err()).contains("runId: ").hasLineCount(1);
    }

    @Test
    void shouldRefuseAFolderWithoutCheckpoint() throws IOException {
        Files.delete(directory.resolve("checkpoint.json"));

        assertThat(generate().err())
                .contains("checkpoint.json (expected: an existing file)")
                .hasLineCount(1);
        Files.writeString(directory.resolve("checkpoint.json"), "nonsense\nof two lines");
        assertThat(generate().err()).contains("(expected: readable files").hasLineCount(1);
    }
}
