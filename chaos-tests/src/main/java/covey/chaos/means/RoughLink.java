package covey.chaos.means;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What packets take that must not arrive as they were sent: each is late by a time of its own, and so overtaken by
 * others; some are lost, some come twice, and some with another content under a right checksum. It has two threads.
 */
final class RoughLink implements AutoCloseable {
    private static final double LOST = 0.03;
    private static final double TWICE = 0.02;
    private static final double FALSE = 0.002;
    private static final double DELAY_MIN_MS = 20;
    /** Of what comes on top, exponentially distributed. */
    private static final double DELAY_MEAN_MS = 40;

    private static final int LOOK_MS = 200;
    private static final long CLOSE_MAX_MS = 5_000;

    private final Tun tun;
    private final RandomGenerator random;
    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("rough-link-writer").factory());
    private final Thread reader;
    private volatile boolean isOpen = true;

    private RoughLink(Tun tun, RandomGenerator random) {
        this.tun = tun;
        this.random = random;
        this.reader = Thread.ofPlatform().daemon().name("rough-link-reader").unstarted(this::relay);
    }

    /** An interface of that name in the namespace; what is routed to it comes out of it. IOException without root. */
    static RoughLink open(Path namespace, String name, RandomGenerator random) throws IOException {
        RoughLink link = new RoughLink(Tun.open(namespace, name), random);
        link.reader.start();
        return link;
    }

    private void relay() {
        while (isOpen) {
            byte[] packet = tun.read(LOOK_MS);
            if (packet.length > 0 && random.nextDouble() >= LOST) {
                if (random.nextDouble() < TWICE) {
                    deliver(packet.clone());
                }
                if (random.nextDouble() < FALSE) {
                    Packet.falsify(packet, random);
                }
                deliver(packet);
            }
        }
    }

    private void deliver(byte[] packet) {
        double delayMs = DELAY_MIN_MS + DELAY_MEAN_MS * random.nextExponential();
        var unused = writer.schedule(() -> tun.write(packet), (long) (delayMs * 1e3), TimeUnit.MICROSECONDS);
    }

    @Override
    public void close() {
        isOpen = false;
        try {
            reader.join(CLOSE_MAX_MS);
            writer.shutdownNow();
            if (!reader.isAlive() && writer.awaitTermination(CLOSE_MAX_MS, TimeUnit.MILLISECONDS)) {
                tun.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
