package covey.node.door;

import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Says at all authorities' doors, again and again, that this node lives (rule D4). One virtual thread. */
public final class Pinger implements AutoCloseable {
    /** Twice in the second of silence that makes a node absent. */
    public static final long PERIOD_MS = 400;

    private final DoorPost post;
    private final RunId run;
    private final Crypto.Signer signer;
    private final Supplier<String> address;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Pinger(DoorPost post, RunId run, Crypto.Signer signer, Supplier<String> address) {
        this.post = post;
        this.run = run;
        this.signer = signer;
        this.address = address;
    }

    /**
     * @param address this node's Artery HOST:PORT; empty if it has none
     * @param periodMs between pings, usually {@link #PERIOD_MS}
     */
    public static Pinger start(
            DoorPost post, RunId run, Crypto.Signer signer, Supplier<String> address, long periodMs) {
        Pinger pinger = new Pinger(post, run, signer, address);
        Thread.ofVirtual().name("covey-pinger").start(() -> pinger.run(periodMs));
        return pinger;
    }

    private void run(long periodMs) {
        long counterMs = 0;
        do {
            counterMs = Math.max(counterMs + 1, System.currentTimeMillis());
            post.ping(new Ping(run, signer.hotkey(), address.get(), counterMs).sign(signer));
        } while (!isClosedWithin(periodMs));
    }

    private boolean isClosedWithin(long waitMs) {
        try {
            return closed.await(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
