package covey.actors.testing;

import covey.actors.judge.ScoreSink;
import covey.protocol.score.ScoreBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Scores of a test's validator. Thread-safe. */
public final class MemoryScores implements ScoreSink {
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final List<ScoreBook.Round> rounds = new ArrayList<>();
    private ScoreBook book = ScoreBook.EMPTY;

    @Override
    public synchronized ScoreBook begin() {
        return book;
    }

    @Override
    public synchronized void scored(ScoreBook.Round round, ScoreBook.Page page) {
        rounds.add(round);
        book = page.next();
        notifyAll();
    }

    /** What happened in a round, once it is scored. */
    public ScoreBook.Round await(long round) {
        return await(scored -> scored.round() == round);
    }

    /** The first scored round after that one. */
    public long awaitAfter(long round) {
        return await(scored -> scored.round() > round).round();
    }

    private synchronized ScoreBook.Round await(Predicate<ScoreBook.Round> which) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            Optional<ScoreBook.Round> found = rounds.stream().filter(which).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new AssertionError("scores: none among " + rounds);
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
