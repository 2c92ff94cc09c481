package covey.node.wiring;

import covey.compute.cpu.CpuBackend;
import covey.compute.cuda.CudaOps;
import covey.compute.cuda.Gpu;
import covey.compute.cuda.GpuSearch;
import covey.compute.engine.CpuEngine;
import covey.compute.engine.CudaEngine;
import covey.node.config.ConfigError;
import covey.node.config.NodeConfig;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.Engine.EngineFailure;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of a node, on a GPU or on the processor.
 *
 * @param device one line: what computes, and why it is not a GPU if one was looked for
 */
record NodeEngine(Engine engine, String device) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEngine.class);
    private static final String PROCESSOR = "processor";

    /** Ways to get an engine; those that the configuration does not ask for are not tried. */
    record Ways(Supplier<Gpu> search, Function<Gpu.Usable, Engine> cuda, Supplier<Engine> cpu) {}

    static NodeEngine open(NodeConfig config, Genesis genesis, Crypto crypto, NodeData data) {
        CudaOps.Products products =
                CudaOps.Products.valueOf(config.gpuProducts().name());
        return open(
                config,
                new Ways(
                        () -> GpuSearch.find(0),
                        gpu -> CudaEngine.open(gpu, genesis, crypto, data.train(), data.heldOut(), products),
                        () -> cpu(config, genesis, crypto, data)));
    }

    private static Engine cpu(NodeConfig config, Genesis genesis, Crypto crypto, NodeData data) {
        CpuBackend.Kernels kernels =
                CpuBackend.valueOf(config.engineBackend().name()).open(config.engineThreads());
        kernels.missing().ifPresent(why -> LOG.warn("kernels: {} (slow), as {}", kernels.name(), why));
        return new CpuEngine(genesis, crypto, data.train(), data.heldOut(), kernels);
    }

    /** Whoever only applies what others made needs no GPU. */
    static NodeEngine open(NodeConfig config, Ways ways) {
        boolean computes =
                config.roles().contains(Role.TRAINER) || config.roles().contains(Role.VALIDATOR);
        return switch (config.device()) {
            case CPU -> new NodeEngine(ways.cpu().get(), PROCESSOR);
            case AUTO -> computes ? orCpu(ways) : new NodeEngine(ways.cpu().get(), PROCESSOR);
            case CUDA -> required(ways);
        };
    }

    private static NodeEngine orCpu(Ways ways) {
        try {
            return onGpu(ways);
        } catch (EngineFailure e) {
            LOG.info("device: {}; the processor computes", e.getMessage());
            return new NodeEngine(ways.cpu().get(), PROCESSOR + "; " + e.getMessage());
        }
    }

    private static NodeEngine onGpu(Ways ways) {
        return switch (ways.search().get()) {
            case Gpu.Unusable none -> throw new EngineFailure(none.line(), null);
            case Gpu.Usable gpu -> new NodeEngine(ways.cuda().apply(gpu), gpu.line());
        };
    }

    private static NodeEngine required(Ways ways) {
        try {
            return onGpu(ways);
        } catch (EngineFailure e) {
            throw new ConfigError(
                    "device: cuda (expected: a GPU that can be used; " + e.getMessage()
                            + "); with device = auto the processor computes",
                    e);
        }
    }
}
