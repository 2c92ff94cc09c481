package covey.node.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenesisFileTest {
    private final TestCrypto crypto = new TestCrypto();
    private final Genesis genesis = TestRun.of(3, 2, 3).genesis();
    private final GenesisFile file = GenesisFile.of(genesis, crypto);

    private String text() {
        return new String(file.bytes().toArray(), UTF_8);
    }

    private void assertRefused(String json, String line) {
        assertThatThrownBy(() -> GenesisFile.parse(Bytes.of(json.getBytes(UTF_8)), crypto))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(line);
    }

    @Test
    void shouldReadBackWhatItWrote() throws Malformed {
        GenesisFile again = GenesisFile.parse(file.bytes(), crypto);

        assertThat(again.genesis()).isEqualTo(genesis);
        assertThat(again.runId()).isEqualTo(file.runId());
    }

    @Test
    void shouldReadBackAnAsset() throws Malformed {
        Genesis asset = TestRun.withAsset(3, "yuma3-liquid", 5_000, 7).genesis();
        GenesisFile written = GenesisFile.of(asset, crypto);

        assertThat(GenesisFile.parse(written.bytes(), crypto).genesis()).isEqualTo(asset);
        String json = new String(written.bytes().toArray(), UTF_8);
        assertRefused(json.replace("\"yuma3-liquid\"", "\"yuma4\""), "rule: 'yuma4' (expected: yuma2, yuma3");
        assertRefused(json.replace("\"tempoBlocks\" : 10", "\"tempoBlocks\" : 0"), "economics.tempoBlocks: 0");
        assertRefused(json.replace("\"maxSupply\" : ", "\"maxSupply\" : 999"), "maxSupply");
        assertThat(text()).as("a run without an asset has no such section").doesNotContain("economics");
    }

    @Test
    void shouldReadBackTheTokenizersFile() throws Malformed {
        Genesis.DataManifest d = genesis.data();
        Genesis.DataManifest named = new Genesis.DataManifest(
                "bpe:aa",
                d.train(),
                d.trainTokens(),
                d.heldOut(),
                d.heldOutTokens(),
                d.heldOutTextBytes(),
                d.source(),
                Optional.of(Genesis.Shard.tokenizer(d.train(), 77)));
        Genesis bpe = new Genesis(
                genesis.name(),
                genesis.model(),
                genesis.seed(),
                genesis.thetaRoot(),
                genesis.training(),
                genesis.timing(),
                genesis.members(),
                genesis.authorities(),
                named);
        GenesisFile written = GenesisFile.of(bpe, crypto);

        assertThat(GenesisFile.parse(written.bytes(), crypto).genesis()).isEqualTo(bpe);
        String json = new String(written.bytes().toArray(), UTF_8);
        assertRefused(json.replace("\"tokenizerBytes\" : 77", "\"tokenizerBytes\" : 0"), "data.tokenizerBytes: 0");
        assertRefused(json.replace("\"tokenizerBytes\"", "\"bytes\""), "data.tokenizerBytes: missing");
        assertThat(text()).as("bytes have no file").doesNotContain("tokenizerBytes");
    }

    @Test
    void shouldNameTheRunByTheBytes() throws Malformed {
        Bytes spaced = Bytes.of((text() + "\n").getBytes(UTF_8));

        GenesisFile other = GenesisFile.parse(spaced, crypto);

        assertThat(other.genesis()).isEqualTo(genesis);
        assertThat(other.runId()).isNotEqualTo(file.runId());
        byte[] tagged = ("covey/1/genesis" + text()).getBytes(UTF_8);
        assertThat(file.runId().hash()).isEqualTo(crypto.sha256(tagged));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "version" : 1,      | "version" : 2,          | version: 2 (expected: a whole number, 1 to 1)
        "version" : 1,      | "version" : 1, "x" : 1, | x: unknown
        "version" : 1,      | "version" : 1, "version" : 1, | Duplicate field 'version'
        "version" : 1,      | ''                      | version: missing
        "bits" : 1          | "bits" : 3              | training.bits: 3 (expected: a whole number, 1 to 2)
        "bits" : 1          | "bits" : 1.5            | training.bits: 1.5
        "bits" : 1          | "bits" : "1"            | training.bits: "1"
        "finalRatio" : 0.1  | "finalRatio" : 1e999    | training.finalRatio
        "finalRatio" : 0.1  | "finalRatio" : NaN      | expected: strict JSON
        "collectCap" : 64   | "collectCap" : 257      | timing.collectCap: 257 (expected: a whole number, 1 to 256)
        "layers" :          | "layers" : 0, "extra" : | model.layers: 0
        "tokenizer" : "bytes" | "tokenizer" : "a\\u0000b" | data.tokenizer
        "door" : "localhost:1" | "door" : "localhost" | authorities.door: 'localhost' (expected: HOST:PORT
        "validator"         | "king"                  | roles: 'king' (expected: trainer
        """)
    void shouldRefuseWithOneLineThatNamesTheValueAndTheRule(String from, String to, String line) {
        assertThat(text()).contains(from);
        assertRefused(text().replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)), line);
    }

    @Test
    void shouldRefuseWhatFollowsTheObject() {
        assertRefused(text() + "{}", "strict JSON");
        assertRefused("", "genesis");
        assertRefused("[]", "genesis: [] (expected: a JSON object)");
        assertRefused("[".repeat(100_000), "strict JSON");
    }

    @Test
    void shouldRefuseAnAuthorityThatIsNoMember() {
        String authority = genesis.authorities().get(0).hotkey().toString();
        int at = text().indexOf(authority, text().indexOf("\"authorities\""));
        String other = text().substring(0, at) + "0".repeat(64) + text().substring(at + 64);
        assertRefused(other, "expected: a member with the role authority");
    }

    @Test
    void shouldRefuseTooManyBytesBeforeParsing() {
        byte[] big = new byte[Limits.GENESIS_MAX_BYTES + 1];
        assertThatThrownBy(() -> GenesisFile.parse(Bytes.wrap(big), crypto)).hasMessageContaining("expected: at most");
    }

    @Test
    void shouldRefuseOrAcceptAnyFlippedByteButNeverFail() {
        byte[] bytes = file.bytes().toArray();
        Seed.range(2000).mapToObj(Seed::of).forEach(seed -> {
            byte[] flipped = bytes.clone();
            flipped[seed.nextInt(bytes.length)] = (byte) seed.nextInt();
            try {
                GenesisFile.parse(Bytes.wrap(flipped), crypto);
            } catch (Malformed expected) {
                assertThat(expected.rule()).as("%s", seed).doesNotContain("\n");
            }
        });
    }

    @Test
    void shouldNameTheFile(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("genesis.json");
        assertThatThrownBy(() -> GenesisFile.read(path, crypto))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("genesis.json (expected: an existing file)");
        Files.writeString(path, "{}");
        assertThatThrownBy(() -> GenesisFile.read(path, crypto))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("genesis.json: version: missing");
        Files.write(path, file.bytes().toArray());
        assertThat(GenesisFile.read(path, crypto)).isEqualTo(file);
    }
}
