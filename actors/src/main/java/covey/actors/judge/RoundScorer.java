package covey.actors.judge;

import covey.protocol.contribution.Layout;
import covey.protocol.inspect.Fingerprint;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.score.ScorePlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Turns sealed rounds into outcomes; remembers contributions of the latest to find copies of them. One thread. */
public final class RoundScorer {
    private static final int ROUNDS_KEPT = 4;

    private final ScorePlan plan;
    private final Function<ContentId, Optional<MemorySegment>> contents;
    private final Layout layout;
    private final OuterStep outerStep;
    private final double alpha;
    private final SortedMap<Long, List<Fingerprint>> recent = new TreeMap<>();

    /** @param contents those that are here */
    public RoundScorer(Genesis genesis, ScorePlan plan, Function<ContentId, Optional<MemorySegment>> contents) {
        Genesis.Training training = genesis.training();
        this.plan = plan;
        this.contents = contents;
        layout = Layout.of(genesis.model());
        outerStep = new OuterStep(layout, training.alphaQ16(), training.aggregation());
        alpha = training.alphaQ16() / 65536.0;
    }

    /** A round that is being scored. */
    record Scoring(long round, Review review, ScoreJob job) {
        /** Of what is measured so far. */
        List<Outcome> outcomes() {
            return review.outcomes(job.scored());
        }
    }

    /** @param book after the rounds before */
    Scoring begin(RoundState closed, SealedRound sealed, ScoreBook book) {
        Review review = new Review(closed, plan);
        review.take(
                sealed,
                contents,
                layout,
                recent.values().stream().flatMap(List::stream).toList());
        recent.put(closed.round(), review.fingerprints());
        recent.headMap(closed.round() - ROUNDS_KEPT + 1).clear();
        List<Review.Target> targets = review.targets(
                outerStep, layout, alpha, hotkey -> book.standing(hotkey).scoredRound());
        return new Scoring(closed.round(), review, new ScoreJob(plan.random(closed), targets));
    }

    /**
     * Scores a round at once.
     *
     * @param engine has marked the θ that the round began with
     */
    public List<Outcome> score(RoundState closed, SealedRound sealed, ScoreBook book, Engine engine) {
        Scoring scoring = begin(closed, sealed, book);
        for (Optional<ScoreJob.Piece> piece = scoring.job().next();
                piece.isPresent();
                piece = scoring.job().next()) {
            long[] windows =
                    piece.get().windows().stream().mapToLong(Long::longValue).toArray();
            scoring.job().measured(engine.trialLosses(windows, piece.get().trial()));
        }
        return scoring.outcomes();
    }
}
