package covey.node.door;

import covey.node.config.HostPort;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.port.Chain;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded chain as seen through doors: follows one at a time and turns to the next when it fails, says nothing for
 * 3 s, or serves what is not certified. The listener runs on the one thread of this chain, in order of height.
 */
public final class DoorChain implements Chain {
    private static final Logger LOG = LoggerFactory.getLogger(DoorChain.class);
    private static final long BACKOFF_MIN_MS = 50;
    private static final long BACKOFF_MAX_MS = 5_000;

    private final Supplier<List<HostPort>> doors;
    private final Predicate<CertifiedBlock> certified;
    private final DoorPost post;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Object delivery = new Object();
    private long nextHeight;
    private volatile String door = "";

    /**
     * @param doors whose blocks may be read, in the order to try them; asked again at each failure
     * @param certified whether the certificate holds (rule C3); a door that serves another block is left
     * @param post to the authorities; closed with the chain
     */
    public DoorChain(Supplier<List<HostPort>> doors, Predicate<CertifiedBlock> certified, DoorPost post) {
        this.doors = doors;
        this.certified = certified;
        this.post = post;
    }

    @Override
    public void follow(long fromHeight, Consumer<CertifiedBlock> listener) {
        nextHeight = fromHeight;
        Thread.ofPlatform().daemon().name("covey-door-chain").start(() -> run(listener));
    }

    @Override
    public void submit(SignedTransaction transaction) {
        post.submit(transaction);
    }

    /** The door that is followed, as HOST:PORT; empty while there is none. */
    public String door() {
        return door;
    }

    /** Nothing is delivered after this returns. */
    @Override
    public void close() {
        synchronized (delivery) {
            closed.countDown();
        }
        post.close();
    }

    private void run(Consumer<CertifiedBlock> listener) {
        long backoffMs = BACKOFF_MIN_MS;
        int turn = 0;
        do {
            long before = nextHeight;
            List<HostPort> known = doors.get();
            if (!known.isEmpty()) {
                followOne(known.get(turn++ % known.size()), listener);
            }
            backoffMs = nextHeight > before ? BACKOFF_MIN_MS : Math.min(2 * backoffMs, BACKOFF_MAX_MS);
        } while (!isClosedWithin(backoffMs));
    }

    private void followOne(HostPort from, Consumer<CertifiedBlock> listener) {
        try (BlockStream blocks = new DoorClient(from, hotkey -> true).blocks(nextHeight)) {
            door = from.toString();
            boolean open = true;
            while (open) {
                open = deliver(blocks.next(), listener);
            }
        } catch (IOException | Malformed e) {
            LOG.debug("door {} left at height {}: {}", from, nextHeight, e.toString());
        } finally {
            door = "";
        }
    }

    private boolean deliver(CertifiedBlock block, Consumer<CertifiedBlock> listener) throws Malformed {
        if (!certified.test(block)) {
            throw new Malformed("block " + block.block().height() + ": not certified (expected: a certificate)");
        }
        synchronized (delivery) {
            if (closed.getCount() == 0) {
                return false;
            }
            listener.accept(block);
            nextHeight++;
            return true;
        }
    }

    private boolean isClosedWithin(long waitMs) {
        try {
            return closed.await(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}
