package covey.node.door;

import covey.node.config.GenesisFile;
import covey.node.config.HostPort;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** From a seed address to a run (rule F1). */
public final class Joining {
    private static final long PAUSE_MS = 500;

    /**
     * What a seed gave.
     *
     * @param genesis checked against the pinned run id, if there was one
     * @param doors unchecked
     * @param seed that answered
     */
    public record Found(GenesisFile genesis, DoorList doors, HostPort seed) {}

    private Joining() {}

    /**
     * Asks the seeds in turn until one answers; blocks. Throws JoinFailed after {@code patienceMs} if none does, and at
     * once when the last of them to be asked belongs to another run or may not be trusted.
     *
     * @param seeds at least one
     * @param pinned the only run to accept; empty: the first seed's
     */
    public static Found ask(List<HostPort> seeds, Optional<RunId> pinned, Crypto crypto, long patienceMs) {
        long deadlineNs = System.nanoTime() + patienceMs * 1_000_000;
        while (true) {
            boolean down = false;
            String why = "";
            for (HostPort seed : seeds) {
                try {
                    return ask(seed, pinned, crypto);
                } catch (IOException e) {
                    down = true;
                    why = "seed: " + seed + " (expected: a door that answers within " + patienceMs + " ms; "
                            + e.getMessage() + ")";
                } catch (Malformed e) {
                    why = "seed: " + seed + ": " + e.rule();
                }
            }
            if (!down || System.nanoTime() - deadlineNs > 0) {
                throw new JoinFailed(why);
            }
            pause();
        }
    }

    private static Found ask(HostPort seed, Optional<RunId> pinned, Crypto crypto) throws IOException, Malformed {
        DoorClient client = new DoorClient(seed, hotkey -> true);
        GenesisFile genesis = GenesisFile.parse(client.genesis(), crypto);
        if (pinned.isPresent() && !pinned.get().equals(genesis.runId())) {
            throw new Malformed("run id: " + genesis.runId() + " (expected: --run-id " + pinned.get() + ")");
        }
        Hotkey hotkey = client.hotkey().orElseThrow();
        if (pinned.isEmpty() && genesis.genesis().member(hotkey).isEmpty()) {
            throw new Malformed("hotkey: " + hotkey.brief() + " (expected: one that genesis names, or --run-id)");
        }
        return new Found(genesis, client.doors(), seed);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JoinFailed("join: interrupted (expected: to go on)");
        }
    }
}
