package covey.node.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import covey.node.cli.Covey;
import covey.protocol.model.Presets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String command) {
        return Covey.run(new PrintWriter(out, true), new PrintWriter(err, true), command.split(" "));
    }

    private List<JsonNode> printed() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            all.add(new ObjectMapper().readTree(line));
        }
        return all;
    }

    /** A contribution of the 72B shape is 1.21 GB. */
    @Test
    void shouldPrintMemoryAndBandwidth() throws IOException {
        assertThat(run("plan --model 72b --gpus 8 --gpu-memory 141 --json")).isEqualTo(Covey.DONE);
        JsonNode plan = printed().getFirst();
        assertThat(plan.get("model").textValue()).isEqualTo("72b");
        assertThat(plan.get("gpus").intValue()).isEqualTo(8);
        assertThat(plan.get("parameters").longValue())
                .isEqualTo(Presets.B72.shape().parameterCount());
        assertThat(plan.get("bytesPerGpu").longValue()).isBetween(80L << 30, 141L << 30);
        assertThat(plan.get("hostBytes").longValue())
                .isGreaterThan(4 * plan.get("parameters").longValue());
        assertThat(plan.get("contributionBytes").longValue()).isBetween(1_200_000_000L, 1_220_000_000L);
        assertThat(plan.get("downloadBytesPerRound").longValue())
                .isEqualTo(19 * plan.get("contributionBytes").longValue());
        assertThat(plan.get("uploadBytesPerRound")).isEqualTo(plan.get("downloadBytesPerRound"));
        assertThat(plan.get("fits").booleanValue()).isTrue();
    }

    @Test
    void shouldPlanEachPresetInItsOrder() throws IOException {
        assertThat(run("plan --json")).isEqualTo(Covey.DONE);
        assertThat(printed().stream().map(plan -> plan.get("model").textValue()))
                .containsExactlyElementsOf(
                        Presets.all().stream().map(Presets.Preset::name).toList());
        assertThat(printed().getLast().get("fits").booleanValue()).isFalse();
    }

    @Test
    void shouldPrintALineForEachModel() {
        assertThat(run("plan --gpus 2")).isEqualTo(Covey.DONE);
        assertThat(out.toString().lines()).hasSize(3 + Presets.all().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        plan --model none     | --model: none (expected: one of nano,
        plan --gpus 0         | --gpus: 0 (expected: 1 to 1024)
        plan --gpu-memory 0   | --gpu-memory: 0.0 (expected: above 0, at most 4096)
        plan --peers 257      | --peers: 257 (expected: 1 to 256)
        """)
    void shouldRefuseBadUsageInOneLine(String command, String line) {
        assertThat(run(command)).isEqualTo(Covey.BAD_USAGE);
        assertThat(err.toString().lines()).singleElement().asString().contains(line);
    }
}
