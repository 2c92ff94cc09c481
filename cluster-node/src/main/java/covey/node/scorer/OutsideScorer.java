package covey.node.scorer;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a program after each sealed round what it thinks of the peers of its mechanism. Whatever the program does, only
 * its own mechanism is without fresh weights: it is killed when an answer is late or wrong, and started again after a
 * pause that doubles.
 */
public final class OutsideScorer implements AutoCloseable {
    private static final long LOOK_MS = 500;
    /** A program writes part of it. */
    private static final int REASON_MAX_CHARACTERS = 200;

    /**
     * @param mechanism its name on the ledger
     * @param command program and arguments
     * @param memoryMiB address space that the program may use
     * @param answerMs within which it must answer
     * @param pauseMs before the first new start
     * @param pauseMaxMs that the pause never exceeds
     */
    public record Settings(
            String mechanism, List<String> command, int memoryMiB, long answerMs, long pauseMs, long pauseMaxMs) {
        public Settings {
            command = List.copyOf(command);
        }

        /** 10 s for an answer, and from 1 s to 64 s between two starts. */
        public static Settings of(String mechanism, List<String> command, int memoryMiB) {
            return new Settings(mechanism, command, memoryMiB, 10_000, 1_000, 64_000);
        }
    }

    private final Settings settings;
    private final Supplier<LedgerState> ledger;
    private final BiConsumer<String, SortedMap<Hotkey, Integer>> weigh;
    private final Consumer<String> failed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable ScorerProcess process;
    private long askedRound;
    private long lastId;
    private long notBeforeNs = System.nanoTime();
    private long pauseMs;

    /**
     * @param weigh takes an answer: mechanism, and weights by hotkey
     * @param failed takes one line for each failure
     */
    public OutsideScorer(
            Settings settings,
            Supplier<LedgerState> ledger,
            BiConsumer<String, SortedMap<Hotkey, Integer>> weigh,
            Consumer<String> failed) {
        this.settings = settings;
        this.ledger = ledger;
        this.weigh = weigh;
        this.failed = failed;
        this.pauseMs = settings.pauseMs();
        thread = Thread.ofPlatform()
                .daemon()
                .name("covey-scorer-" + settings.mechanism())
                .start(this::run);
    }

    private void run() {
        try {
            while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                LedgerState now = ledger.get();
                boolean due = now.lastSealed() > askedRound && System.nanoTime() - notBeforeNs >= 0;
                Optional<Economy> economy = now.economy().filter(this::isThere);
                if (due && economy.isPresent()) {
                    ask(now, economy.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private boolean isThere(Economy economy) {
        return economy.mechanisms().values().stream().anyMatch(m -> m.name().equals(settings.mechanism()));
    }

    private void ask(LedgerState now, Economy economy) throws InterruptedException {
        try {
            weigh.accept(settings.mechanism(), answer(now, economy));
            askedRound = now.lastSealed();
            pauseMs = settings.pauseMs();
        } catch (IOException | ScorerLines.NoAnswer e) {
            String why = String.valueOf(e.getMessage());
            String brief = why.substring(0, Math.min(why.length(), REASON_MAX_CHARACTERS));
            failed.accept("scorer of " + settings.mechanism() + ": " + brief + "; started again in " + pauseMs + " ms");
            end();
            notBeforeNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
            pauseMs = Math.min(2 * pauseMs, settings.pauseMaxMs());
        }
    }

    private SortedMap<Hotkey, Integer> answer(LedgerState now, Economy economy)
            throws IOException, ScorerLines.NoAnswer, InterruptedException {
        ScorerProcess running =
                process == null ? ScorerProcess.start(settings.command(), settings.memoryMiB()) : process;
        process = running;
        running.write(ScorerLines.question(++lastId, settings.mechanism(), now, economy));
        byte[] line = running.line(settings.answerMs())
                .orElseThrow(() -> new ScorerLines.NoAnswer("no answer within " + settings.answerMs()
                        + " ms, or an end, or more than " + ScorerProcess.LINE_MAX_BYTES + " bytes a line"));
        return ScorerLines.answer(lastId, line);
    }

    private void end() {
        ScorerProcess ended = process;
        if (ended != null) {
            ended.close();
            process = null;
        }
    }

    /** Kills the program; returns when the thread has ended, or after the time for an answer. */
    @Override
    public void close() {
        closed.countDown();
        end();
        thread.interrupt();
        try {
            thread.join(settings.answerMs());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
