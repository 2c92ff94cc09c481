package covey.node.config;

import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every option of a node. Defaults and the text of {@code covey init} are the resource {@code node.conf}; {@link
 * NodeConfigFile} reads it.
 *
 * @param dataDirectory folder that this node alone uses
 * @param hotkeyFile see {@link KeyFile}
 * @param seeds doors of the run to join, in the order to try them
 * @param runId the only run to accept; empty: the seed's
 * @param roles one or more
 * @param host address to listen on
 * @param advertisedHost address that others are told
 * @param ports TCP and UDP ports
 * @param httpHost address of the HTTP port; loopback by default, as it asks nobody who they are
 * @param engineThreads threads that train, 1 to 1024
 * @param device what computes
 * @param gpuProducts how a GPU rounds factors of products while it trains
 * @param engineBackend which kernels compute on the processor
 * @param corpus folder, file, src.zip or synthetic:SEED; empty: the JDK's own src.zip
 * @param uploadBytesPerSecond bulk bytes that this node sends in a second, 65,536 to 125,000,000,000
 * @param downloadBytesPerSecond bulk bytes that it grants to all holders in a second, the same range
 * @param historyBlocks blocks of the ledger that a new node reads, 0 to 10^9; of a longer one it takes a snapshot
 * @param jsonEvents one JSON object a line on standard output for each event
 * @param faultPlan file of faults to inject
 * @param hostile how this node cheats, for tests; empty: it is honest
 * @param scorers programs that score mechanisms for this validator
 * @param logLevel what is logged
 */
public record NodeConfig(
        Path dataDirectory,
        Path hotkeyFile,
        List<HostPort> seeds,
        Optional<RunId> runId,
        Set<Role> roles,
        String host,
        String advertisedHost,
        Ports ports,
        String httpHost,
        int engineThreads,
        Device device,
        GpuProducts gpuProducts,
        EngineBackend engineBackend,
        Optional<Path> corpus,
        long uploadBytesPerSecond,
        long downloadBytesPerSecond,
        long historyBlocks,
        boolean jsonEvents,
        Optional<Path> faultPlan,
        Optional<String> hostile,
        List<Scorer> scorers,
        LogLevel logLevel) {

    /**
     * Ports, 0 to 65535; 0 = any free one.
     *
     * @param artery cluster, TCP
     * @param ballots votes between authorities, TCP
     * @param door blocks and transactions, HTTPS
     * @param http management, metrics and API
     * @param bulkRequest UDP, requests to this node
     * @param bulkResponse UDP, control of its responses
     */
    public record Ports(int artery, int ballots, int door, int http, int bulkRequest, int bulkResponse) {}

    /**
     * A program that scores a mechanism (docs/mechanisms.md).
     *
     * @param mechanism its name on the ledger
     * @param command program and arguments
     * @param memoryMiB address space that it may use, 16 to 1,048,576
     */
    public record Scorer(String mechanism, List<String> command, int memoryMiB) {
        public Scorer {
            command = List.copyOf(command);
        }
    }

    /** A GPU where there is one that can be used, for trainers and validators; the processor; a GPU or nothing. */
    public enum Device {
        AUTO,
        CPU,
        CUDA
    }

    /** bf16 on tensor cores, or single precision, which has the bits of the processor and is many times slower. */
    public enum GpuProducts {
        BF16,
        FP32
    }

    /** Kernels on the processor: vectors where the JVM has them, vectors or nothing, plain loops. Bits are the same. */
    public enum EngineBackend {
        AUTO,
        VECTOR,
        REFERENCE
    }

    /** From quiet to loud. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    public NodeConfig {
        seeds = List.copyOf(seeds);
        scorers = List.copyOf(scorers);
    }

    /** The roles as bits, for encodings. */
    public int roleBits() {
        return roles.stream().mapToInt(Role::bit).reduce(0, (a, b) -> a | b);
    }
}
