package covey.transport.driver;

import covey.protocol.model.Limits;
import covey.transport.guard.GuardedReceiveEndpoint;
import covey.transport.guard.SessionGate;
import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * One generation of media driver and client. The client's conductor runs inside {@link #invoke}, so everything but
 * the driver's own thread happens on the caller's. Once it {@link #isClosed}, none of its channels may be touched.
 */
public final class BulkDriver implements AutoCloseable {
    private static final int SOCKET_BUFFER_BYTES = 2 << 20;
    private static final int SOCKET_BUFFER_MIN_BYTES = 128 << 10;
    private static final int WINDOW_BYTES = 256 << 10;
    private static final int MTU_BYTES = 1408;
    /** The driver's default counters would cost 36 MB of memory. */
    private static final int COUNTERS_BYTES = 1 << 20;

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long STALL_MS = 60_000;

    private final MediaDriver driver;
    private final Aeron aeron;

    public BulkDriver(Path dataDirectory, SessionGate gate, RareLog errors) {
        Path directory = directory(dataDirectory);
        driver = MediaDriver.launch(driverContext(directory.toString(), gate, errors));
        Aeron.Context context = new Aeron.Context()
                .aeronDirectoryName(directory.toString())
                .useConductorAgentInvoker(true)
                .driverTimeoutMs(STALL_MS)
                .errorHandler(errors);
        try {
            aeron = Aeron.connect(context);
        } catch (RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    /**
     * Where the driver of this node keeps its buffers: named from the data directory, in memory if there is a place.
     */
    public static Path directory(Path dataDirectory) {
        Path memory = Path.of("/dev/shm");
        Path parent = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        String absolute = dataDirectory.toAbsolutePath().normalize().toString();
        UUID name = UUID.nameUUIDFromBytes(absolute.getBytes(StandardCharsets.UTF_8));
        return parent.resolve("covey-" + name);
    }

    private static MediaDriver.Context driverContext(String directory, SessionGate gate, RareLog errors) {
        int receiveBytes = granted(StandardSocketOptions.SO_RCVBUF, "net.core.rmem_max");
        return new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(10, 5, 1_000, MS))
                .sharedThreadFactory(task ->
                        Thread.ofPlatform().daemon().name("covey-bulk-driver").unstarted(task))
                .termBufferSparseFile(true)
                .publicationTermBufferLength(Limits.BULK_TERM_BYTES)
                .ipcTermBufferLength(64 << 10)
                .counterValuesBufferLength(COUNTERS_BYTES)
                .mtuLength(MTU_BYTES)
                .socketRcvbufLength(receiveBytes)
                .socketSndbufLength(granted(StandardSocketOptions.SO_SNDBUF, "net.core.wmem_max"))
                .initialWindowLength(Math.min(WINDOW_BYTES, receiveBytes))
                .clientLivenessTimeoutNs(STALL_MS * MS)
                .publicationUnblockTimeoutNs((STALL_MS + 10_000) * MS)
                .imageLivenessTimeoutNs(3000 * MS)
                .publicationLingerTimeoutNs(500 * MS)
                .nakUnicastDelayNs(2 * MS)
                .retransmitUnicastLingerNs(150 * MS)
                .maxResend(256)
                .streamSessionLimit(Limits.BULK_PEERS_MAX)
                .receiveChannelEndpointSupplier((channel, dispatcher, status, context) ->
                        new GuardedReceiveEndpoint(channel, dispatcher, status, context, gate))
                .errorHandler(errors);
    }

    /** What the kernel gives of 2 MiB; it does not say no, it gives less. */
    private static int granted(SocketOption<Integer> option, String sysctl) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.setOption(option, SOCKET_BUFFER_BYTES);
            int bytes = Math.min(SOCKET_BUFFER_BYTES, probe.getOption(option));
            if (bytes < SOCKET_BUFFER_MIN_BYTES) {
                throw new IllegalStateException("socket buffer: " + bytes + " bytes (expected: at least "
                        + SOCKET_BUFFER_MIN_BYTES + "; raise " + sysctl + ")");
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Aeron aeron() {
        return aeron;
    }

    /** Runs the client's housekeeping and its handlers. */
    public int invoke() {
        return aeron.conductorAgentInvoker().invoke();
    }

    public boolean isClosed() {
        return aeron.isClosed();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(aeron, driver);
    }
}
