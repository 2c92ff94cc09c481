package covey.node.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.cli.Covey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int bench(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "bench";
        System.arraycopy(args, 0, all, 1, args.length);
        return Covey.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    @Test
    void shouldCountEachTransactionThatWasApplied() throws IOException {
        assertThat(bench("ledger", "--transactions", "1500", "--json")).isZero();

        assertThat(out.toString()).hasLineCount(1);
        JsonNode result = new JsonMapper().readTree(out.toString());
        assertThat(result.get("transactions").asLong()).isEqualTo(1500);
        assertThat(result.get("blocks").asInt()).isEqualTo(2);
        assertThat(result.get("transactionsPerSecond").asLong()).isPositive();
    }

    @Test
    void shouldGiveBothKindsOfKernelsAndTheirRatio() throws IOException {
        assertThat(bench(
                        "compute", "--model", "nano", "--sequence", "64", "--threads", "1", "--repeats", "1", "--json"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).hasLineCount(1);
        JsonNode result = new JsonMapper().readTree(out.toString());
        for (String side : new String[] {"reference", "vector"}) {
            assertThat(result.at("/" + side + "/tokensPerSecond").asDouble()).isPositive();
        }
        assertThat(result.get("ratio").asDouble()).isPositive();
        assertThat(result.get("batch").asInt() * result.get("sequence").asInt()).isEqualTo(1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compress --bits 2", "outer --contributions 3"})
    void shouldGiveTheEndOfARoundBesideAPassOverMemory(String command) throws IOException {
        String[] words = (command + " --model nano --threads 2 --repeats 1 --json").split(" ");
        assertThat(bench(words)).as(err.toString()).isZero();

        assertThat(out.toString()).hasLineCount(1);
        JsonNode result = new JsonMapper().readTree(out.toString());
        for (String side : new String[] {"pass", "vector", "reference"}) {
            assertThat(result.at("/" + side + "/gigabytesPerSecond").asDouble()).isPositive();
        }
        assertThat(result.get("ratioToPass").asDouble()).isPositive();
        assertThat(result.path("same").asBoolean(true)).isTrue();
    }

    /** What it finds where there is one is tried in jcuda-ops. */
    @Test
    void shouldSayInOneLineThatThereIsNoGpu() {
        int code = bench("gpu", "--only", "nothing");
        if (out.toString().isEmpty()) {
            assertThat(code).isEqualTo(Covey.FAILED);
            assertThat(err.toString()).hasLineCount(1).startsWith("covey: ").contains("(expected: ");
        } else {
            assertThat(code).isZero();
        }
    }

    @Test
    void shouldGiveTheBulkTransferBesideTcp() throws IOException {
        assertThat(bench("transport", "--megabytes", "1", "--repeats", "1", "--json"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).hasLineCount(1);
        JsonNode result = new JsonMapper().readTree(out.toString());
        for (String side : new String[] {"tcp", "bulk"}) {
            assertThat(result.at("/" + side + "/megabytesPerSecond").asDouble()).isPositive();
        }
        assertThat(result.get("sentRatio").asDouble()).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ledger --transactions 0 | --transactions: 0 (expected: 1 to 10000000)",
                "compute --model giant | --model: giant (expected: the name of a preset)",
                "compress --bits 3 | --threads, --repeats, --bits: 0, 9, 3 (expected: 0 to 1024, 1 to 1000, 1 or 2)",
                "outer --contributions 257 | --contributions: 257 (expected: 1 to 256)",
                "transport --rate 0 | --megabytes, --rate, --repeats: 32, 0, 7 (expected: 1 to 1000, 1 to 100000, 1 to"
                        + " 1000)",
                "compute --sequence -1 | --sequence: -1 (expected: 0 to 32768)",
                "compute --repeats 0 | --threads, --repeats: 0, 0 (expected: 0 to 1024, 1 to 1000)",
            })
    void shouldNameAWrongValueInOneLine(String command, String message) {
        assertThat(bench(command.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains(message).hasLineCount(1);
    }
}
