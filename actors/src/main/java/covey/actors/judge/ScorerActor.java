package covey.actors.judge;

import covey.actors.engine.EngineActor;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.port.ContentStore;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.score.ScorePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A validator's scores (rules J1, J2), made beside TRAIN of the next round: the engine remembers θ_r when it applies
 * round r, and is asked for losses a few windows at a time, so neither verdicts nor the seal nor the outer step wait
 * for a score. What is not measured when the next round is applied is left out. Reads contents: a thread of its own.
 */
public final class ScorerActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    /** The round is applied here, and the engine has marked the θ before it. */
    public record Marked(long round) implements Command {}

    private record Measured(long round, Optional<double[]> losses) implements Command {}

    private static final int ROUNDS_KEPT = 4;

    /**
     * @param seen told of the book at the start and after each scored round
     * @param say puts it on the ledger, as often as it takes
     */
    public record Parts(
            Hotkey self,
            Genesis genesis,
            ScorePlan plan,
            ContentStore contents,
            ActorRef<EngineActor.Command> engine,
            ScoreSink sink,
            Consumer<ScoreBook> seen,
            Consumer<Statement.Evaluate> say) {}

    private final Parts parts;
    private final ActorRef<Command> self;
    private final RoundScorer scorer;
    private final SortedMap<Long, RoundState> closed = new TreeMap<>();
    private Optional<LedgerState> ledger = Optional.empty();
    private Optional<RoundScorer.Scoring> current = Optional.empty();
    private ScoreBook book;

    private ScorerActor(Parts parts, ActorRef<Command> self) {
        this.parts = parts;
        this.self = self;
        scorer = new RoundScorer(parts.genesis(), parts.plan(), parts.contents()::read);
        book = parts.sink().begin();
        parts.seen().accept(book);
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> {
            ScorerActor actor = new ScorerActor(parts, context.getSelf());
            return Behaviors.receive(Command.class)
                    .onMessage(Ledger.class, actor::ledger)
                    .onMessage(Marked.class, actor::marked)
                    .onMessage(Measured.class, actor::measured)
                    .build();
        });
    }

    private Behavior<Command> ledger(Ledger message) {
        ledger = Optional.of(message.state());
        message.state().round().filter(RoundState::isClosed).ifPresent(round -> {
            closed.put(round.round(), round);
            closed.headMap(round.round() - ROUNDS_KEPT).clear();
        });
        return Behaviors.same();
    }

    private Behavior<Command> marked(Marked message) {
        current.ifPresent(this::finish);
        Optional<RoundState> round = Optional.ofNullable(closed.get(message.round()));
        Optional<SealedRound> sealed = ledger.flatMap(l -> l.sealed(message.round()));
        if (round.isPresent() && sealed.isPresent() && message.round() > book.round()) {
            start(round.get(), sealed.get());
        }
        return Behaviors.same();
    }

    private void start(RoundState round, SealedRound sealed) {
        RoundScorer.Scoring begun = scorer.begin(round, sealed, book);
        current = Optional.of(begun);
        proceed(begun);
    }

    private void proceed(RoundScorer.Scoring now) {
        Optional<ScoreJob.Piece> piece = now.job().next();
        if (piece.isEmpty()) {
            finish(now);
            return;
        }
        parts.engine()
                .tell(new EngineActor.Measure(
                        now.round(),
                        piece.get().windows(),
                        piece.get().trial(),
                        losses -> self.tell(new Measured(now.round(), losses))));
    }

    /** Without losses the engine has gone on to the next round. */
    private Behavior<Command> measured(Measured message) {
        current.filter(now -> now.round() == message.round()).ifPresent(now -> {
            if (message.losses().isPresent()) {
                now.job().measured(message.losses().get());
                proceed(now);
            } else {
                finish(now);
            }
        });
        return Behaviors.same();
    }

    private void finish(RoundScorer.Scoring now) {
        current = Optional.empty();
        List<Outcome> outcomes = outcomes(now);
        ScoreBook.Round round = new ScoreBook.Round(now.round(), outcomes, agreeing(now.round(), outcomes), 0);
        ScoreBook.Page page = book.after(round);
        book = page.next();
        parts.sink().scored(round, page);
        parts.seen().accept(book);
        SortedMap<Hotkey, Boolean> evaluations = page.evaluations();
        if (!evaluations.isEmpty()) {
            parts.say().accept(new Statement.Evaluate(now.round(), evaluations));
        }
    }

    /** Its own and its owner's trainers aren't its to judge (rule A3); who took no part is missing. */
    private List<Outcome> outcomes(RoundScorer.Scoring now) {
        List<Outcome> outcomes = new ArrayList<>(now.outcomes());
        SortedSet<Hotkey> seen = new TreeSet<>();
        outcomes.forEach(outcome -> seen.add(outcome.hotkey()));
        book.standings().keySet().stream()
                .filter(hotkey -> !seen.contains(hotkey))
                .forEach(hotkey -> outcomes.add(new Outcome.Missing(hotkey)));
        return outcomes.stream().filter(outcome -> !isOwn(outcome.hotkey())).toList();
    }

    private boolean isOwn(Hotkey hotkey) {
        Optional<Hotkey> mine = coldkey(parts.self());
        return hotkey.equals(parts.self()) || mine.isPresent() && mine.equals(coldkey(hotkey));
    }

    private Optional<Hotkey> coldkey(Hotkey hotkey) {
        return ledger.flatMap(l -> l.registry().entry(hotkey)).map(Entry::coldkey);
    }

    /** Those whose root of the round before is the agreed one; before round 1 there is nothing to say. */
    private SortedSet<Hotkey> agreeing(long round, List<Outcome> outcomes) {
        SortedSet<Hotkey> agreeing = new TreeSet<>();
        Optional<ContentId> agreed = ledger.flatMap(l -> l.agreedRoot(round - 1));
        SortedMap<Hotkey, ContentId> said = ledger.orElseThrow().roots(round - 1);
        Stream<Hotkey> hotkeys = outcomes.stream().map(Outcome::hotkey);
        hotkeys.filter(hotkey -> round == 1
                        || agreed.isPresent()
                                && Optional.ofNullable(said.get(hotkey)).equals(agreed))
                .forEach(agreeing::add);
        return agreeing;
    }
}
