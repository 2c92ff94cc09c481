package covey.actors.judge;

import covey.protocol.port.Engine;
import covey.protocol.score.Gains;
import covey.protocol.score.LossScore;
import covey.protocol.score.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The losses of one round, measured piece by piece so that the engine is never kept from the outer step for long: of
 * the random samples once, then for each trainer of its own samples, and of both kinds after its trial step. Used by
 * one thread.
 */
final class ScoreJob {
    /** Windows of one piece. */
    private static final int PIECE = 8;
    /** Series of one trainer; the series of the random samples comes before them all. */
    private static final int SERIES = 3;

    private final List<Review.Target> targets;
    private final List<Series> series = new ArrayList<>();
    private int current;

    /** Losses of some windows under one θ. */
    private static final class Series {
        private final List<Long> windows;
        private final Optional<Engine.Trial> trial;
        private final double[] losses;
        private int done;

        Series(List<Long> windows, Optional<Engine.Trial> trial) {
            this.windows = windows;
            this.trial = trial;
            losses = new double[windows.size()];
        }
    }

    /** @param windows train windows */
    record Piece(List<Long> windows, Optional<Engine.Trial> trial) {}

    /** @param random train windows that nobody was assigned */
    ScoreJob(List<Long> random, List<Review.Target> targets) {
        this.targets = targets;
        series.add(new Series(random, Optional.empty()));
        for (Review.Target target : targets) {
            series.add(new Series(target.own(), Optional.empty()));
            series.add(new Series(target.own(), Optional.of(target.trial())));
            series.add(new Series(random, Optional.of(target.trial())));
        }
    }

    /** What to measure next; empty when all is. */
    Optional<Piece> next() {
        if (targets.isEmpty() || current == series.size()) {
            return Optional.empty();
        }
        Series s = series.get(current);
        return Optional.of(new Piece(s.windows.subList(s.done, Math.min(s.done + PIECE, s.windows.size())), s.trial));
    }

    /** @param losses of the piece that {@link #next} gave last */
    void measured(double[] losses) {
        Series s = series.get(current);
        System.arraycopy(losses, 0, s.losses, s.done, losses.length);
        s.done += losses.length;
        current += s.done == s.windows.size() ? 1 : 0;
    }

    /** Of those whose measurement is complete. */
    List<Outcome.Scored> scored() {
        List<Outcome.Scored> scored = new ArrayList<>();
        for (int i = 0; i < targets.size() && SERIES * (i + 1) < current; i++) {
            double[] own = series.get(SERIES * i + 1).losses;
            double[] ownAfter = series.get(SERIES * i + 2).losses;
            double[] randomAfter = series.get(SERIES * i + 3).losses;
            LossScore score = new LossScore(Gains.of(own, ownAfter), Gains.of(series.getFirst().losses, randomAfter));
            scored.add(new Outcome.Scored(targets.get(i).hotkey(), score));
        }
        return scored;
    }
}
