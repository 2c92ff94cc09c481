package covey.chaos.sim;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Carries messages between nodes, or does not. A cut is one way and is looked at when a message is sent; what is under
 * way arrives.
 */
final class Network {
    private static final long NORMAL_MS = 40;
    private static final long VERY_LATE_MS = 40_000;

    private final VirtualTime time;
    private final Options options;
    private final Seed seed;
    private final boolean[][] cut;
    private boolean storm = true;

    Network(VirtualTime time, Options options, Seed seed) {
        this.time = time;
        this.options = options;
        this.seed = seed;
        this.cut = new boolean[options.nodes()][options.nodes()];
    }

    void cut(int from, int to) {
        cut[from][to] = true;
    }

    void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    /** No fault of the network's own any more; what was late still comes. */
    void calm() {
        storm = false;
        heal();
    }

    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    void send(int from, int to, Runnable delivery) {
        if (cut[from][to] || storm && seed.chance(options.loss())) {
            return;
        }
        time.after(delayMs(), delivery);
        if (storm && seed.chance(options.duplicates())) {
            time.after(delayMs(), delivery);
        }
    }

    /** Like {@link #send}, of bytes that may arrive altered. */
    void send(int from, int to, byte[] bytes, Consumer<byte[]> delivery) {
        byte[] sent = storm && seed.chance(options.corrupt()) ? altered(bytes) : bytes;
        send(from, to, () -> delivery.accept(sent));
    }

    private byte[] altered(byte[] bytes) {
        byte[] wrong = bytes.clone();
        wrong[seed.nextInt(wrong.length)] ^= (byte) (1 << seed.nextInt(8));
        return wrong;
    }

    private long delayMs() {
        return storm && seed.chance(options.late()) ? seed.nextLong(VERY_LATE_MS) : seed.between(1, NORMAL_MS);
    }
}
