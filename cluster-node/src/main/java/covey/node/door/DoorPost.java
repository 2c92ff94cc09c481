package covey.node.door;

import covey.node.config.HostPort;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to all authorities' doors without waiting. What a door refuses or misses is not sent again: whoever needs it
 * repeats it (rule B1). One thread a door. Thread-safe.
 */
public final class DoorPost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DoorPost.class);

    private record Letter(String path, byte[] body) {}

    private record Box(DoorClient client, BlockingQueue<Letter> waiting) {
        /** The newest matter most: a full box loses its oldest. */
        void put(Letter letter) {
            while (!waiting.offer(letter)) {
                waiting.poll();
            }
        }

        void run() {
            try {
                while (true) {
                    send(waiting.take());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void send(Letter letter) {
            try {
                client.post(letter.path, letter.body)
                        .ifPresent(reason -> LOG.debug("door {} refused {}: {}", client.door(), letter.path, reason));
            } catch (IOException e) {
                LOG.debug("{}: {}", letter.path, e.toString());
            }
        }
    }

    private final List<Box> boxes;
    private final List<Thread> threads;

    /** @param authorities their doors; each is held to its hotkey */
    public DoorPost(List<DoorList.Entry> authorities) {
        boxes = authorities.stream().map(DoorPost::box).toList();
        threads = boxes.stream()
                .map(box -> Thread.ofVirtual()
                        .name("covey-post-" + box.client.door())
                        .start(box::run))
                .toList();
    }

    private static Box box(DoorList.Entry authority) {
        HostPort door = HostPort.parse("door", authority.address());
        return new Box(
                new DoorClient(door, authority.hotkey()::equals),
                new ArrayBlockingQueue<>(Limits.DOOR_POSTS_MAX_COUNT));
    }

    /** @param path of the door's list, as {@code /transactions} */
    void send(String path, byte[] body) {
        Letter letter = new Letter(path, body);
        boxes.forEach(box -> box.put(letter));
    }

    public void submit(SignedTransaction transaction) {
        send("/transactions", TransactionCodec.encode(transaction));
    }

    /** Sends a signed ping (rule D4), see {@link Ping#sign}. */
    public void ping(Bytes signed) {
        send("/ping", signed.unsafeArray());
    }

    /** Drops what waits. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
