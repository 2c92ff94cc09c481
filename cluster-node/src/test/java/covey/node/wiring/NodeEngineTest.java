package covey.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.compute.cuda.Gpu;
import covey.compute.cuda.Gpu.Unusable;
import covey.compute.cuda.Gpu.Usable;
import covey.node.config.ConfigError;
import covey.node.config.NodeConfig;
import covey.node.config.NodeConfigFile;
import covey.protocol.port.Engine;
import covey.protocol.port.Engine.EngineFailure;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeEngineTest {
    private static final Gpu NONE = new Unusable("no NVIDIA driver");
    private static final Gpu CARD = new Usable(0, "Card", 12_080, 90, 1L << 30, 1L << 30);

    private final Engine cpu = engine();
    private final Engine cuda = engine();

    private static Engine engine() {
        return (Engine) Proxy.newProxyInstance(
                Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, arguments) -> {
                    throw new AssertionError(method);
                });
    }

    private static NodeConfig config(String device, String role) {
        return NodeConfigFile.load(Optional.empty(), Map.of("device", device, "roles", List.of(role)));
    }

    private NodeEngine open(NodeConfig config, Gpu found) {
        return NodeEngine.open(config, new NodeEngine.Ways(() -> found, gpu -> cuda, () -> cpu));
    }

    private NodeEngine openFull(NodeConfig config) {
        return NodeEngine.open(
                config,
                new NodeEngine.Ways(
                        () -> CARD,
                        gpu -> {
                            throw new EngineFailure("GPU memory: 7 bytes more (expected: what is free)", null);
                        },
                        () -> cpu));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trainer", "validator"})
    void shouldTakeTheGpuThatItFinds(String role) {
        for (String device : new String[] {"auto", "cuda"}) {
            NodeEngine taken = open(config(device, role), CARD);
            assertThat(taken.engine()).isSameAs(cuda);
            assertThat(taken.device())
                    .isEqualTo("Card, compute capability 9.0, 1.0 GiB of 1.0 GiB free, driver for CUDA 12.8");
        }
        assertThat(open(config("cpu", role), CARD).engine()).isSameAs(cpu);
    }

    @Test
    void shouldLeaveTheGpuToThoseWhoCompute() {
        assertThat(open(config("auto", "authority"), CARD).engine()).isSameAs(cpu);
        assertThat(open(config("auto", "observer"), CARD).device()).isEqualTo("processor");
    }

    @Test
    void shouldSayWhyTheProcessorComputes() {
        NodeEngine without = open(config("auto", "trainer"), NONE);
        assertThat(without.engine()).isSameAs(cpu);
        assertThat(without.device()).isEqualTo("processor; no NVIDIA driver");
        NodeEngine full = openFull(config("auto", "trainer"));
        assertThat(full.engine()).isSameAs(cpu);
        assertThat(full.device()).startsWith("processor; GPU memory: 7 bytes more");
    }

    @Test
    void shouldNotTakeTheProcessorWhereAGpuIsRequired() {
        assertThatThrownBy(() -> open(config("cuda", "trainer"), NONE))
                .isInstanceOf(ConfigError.class)
                .hasMessage("device: cuda (expected: a GPU that can be used; no NVIDIA driver); with device = auto the"
                        + " processor computes");
        assertThatThrownBy(() -> openFull(config("cuda", "trainer")))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("GPU memory: 7 bytes more");
    }
}
