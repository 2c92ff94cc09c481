package covey.chaos.check;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.Engine;
import covey.protocol.port.Sections;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.round.PeerEffect.Settle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Error feedback of an honest trainer has, after each settlement and each start, the values that a twin of it has,
 * which trains on the same windows, makes the same contributions, and takes back what the ledger did not apply (rules
 * E3, H2).
 */
public final class FeedbackTwin implements Checker {
    private final Engine engine;
    private final Supplier<Hash> feedback;
    private final LongFunction<MemorySegment> theta;
    private final IntPredicate followed;
    private final SortedMap<Integer, Twin> twins = new TreeMap<>();
    private final SortedMap<Long, SealedRound> sealed = new TreeMap<>();
    private final Map<ContentId, byte[]> contents = new HashMap<>();

    /** What an engine remembers. */
    private record Memory(SortedMap<String, byte[]> sections) implements Sections.Reader {
        @Override
        public boolean has(String name) {
            return sections.containsKey(name);
        }

        @Override
        public MemorySegment section(String name) {
            return MemorySegment.ofArray(Optional.ofNullable(sections.get(name)).orElseThrow());
        }
    }

    /** @param after the engine's memory when it was made */
    private record Own(long round, ContentId content, Memory after) {}

    private static final class Twin {
        private long round;
        private Memory settled;
        private Optional<Own> own = Optional.empty();
        private Optional<Event.Trained> trained = Optional.empty();
        private Optional<Settle> settling = Optional.empty();

        Twin(Memory first) {
            settled = first;
        }

        Memory now() {
            return own.filter(o -> o.round() == round + 1).map(Own::after).orElse(settled);
        }
    }

    /**
     * @param engine of its own, with θ_0; works for one twin after the other
     * @param feedback hash of that engine's error feedback
     * @param theta canonical bytes after a round
     * @param followed nodes that are honest trainers
     */
    public FeedbackTwin(
            Engine engine, Supplier<Hash> feedback, LongFunction<MemorySegment> theta, IntPredicate followed) {
        this.engine = engine;
        this.feedback = feedback;
        this.theta = theta;
        this.followed = followed;
    }

    @Override
    public void see(Event event) {
        switch (event) {
            case Event.Made e -> made(e);
            case Event.Certified e -> e.after().rounds().sealed().forEach(sealed::putIfAbsent);
            case Event.Started e -> twin(e.node()).ifPresent(t -> started(t, e));
            case Event.Trained e -> twin(e.node()).ifPresent(t -> t.trained = Optional.of(e));
            case Event.Settling e -> twin(e.node()).ifPresent(t -> t.settling = Optional.of(e.effect()));
            case Event.Settled e -> twin(e.node()).ifPresent(t -> settle(t, e.effect()));
            case Event.Loaded e -> twin(e.node()).ifPresent(t -> load(t, e.round()));
            case Event.Remembers e -> twin(e.node()).ifPresent(t -> compare(t, e));
            case Event.Voted _, Event.Said _, Event.Sent _, Event.CameBack _, Event.Halted _ -> {}
        }
    }

    private Optional<Twin> twin(int node) {
        return followed.test(node)
                ? Optional.of(twins.computeIfAbsent(node, n -> new Twin(fresh())))
                : Optional.empty();
    }

    private Memory fresh() {
        engine.initialize();
        return memory();
    }

    private Memory memory() {
        SortedMap<String, byte[]> sections = new TreeMap<>();
        engine.snapshot((name, bytes) -> sections.put(name, bytes.toArray(ValueLayout.JAVA_BYTE)));
        return new Memory(sections);
    }

    /** The settlement may be on the disk though the process died before it could say so. */
    private void started(Twin twin, Event.Started event) {
        Optional<Settle> begun = twin.settling.filter(s -> s.round() == event.settledRound());
        if (event.settledRound() == twin.round + 1 && begun.isPresent()) {
            settle(twin, begun.get());
        } else if (event.settledRound() != twin.round) {
            load(twin, event.settledRound());
        }
        twin.trained = Optional.empty();
        twin.settling = Optional.empty();
    }

    private void load(Twin twin, long round) {
        engine.load(theta.apply(round));
        twin.settled = memory();
        twin.round = round;
        twin.own = Optional.empty();
        twin.trained = Optional.empty();
    }

    private void made(Event.Made event) {
        contents.put(event.content(), event.bytes());
        twin(event.node())
                .filter(t ->
                        t.own.filter(o -> o.content().equals(event.content())).isEmpty())
                .ifPresent(t -> made(t, event));
    }

    private void made(Twin twin, Event.Made event) {
        engine.restore(twin.settled);
        train(twin, event.node(), event.round());
        byte[] planes = engine.compress().planes().toArray(ValueLayout.JAVA_BYTE);
        byte[] bytes = event.bytes();
        if (!Arrays.equals(bytes, bytes.length - planes.length, bytes.length, planes, 0, planes.length)) {
            throw new Violation("contribution " + event.content().brief() + " of node " + event.node() + " in round "
                    + event.round() + " is not what its windows and its error feedback give");
        }
        twin.own = Optional.of(new Own(event.round(), event.content(), memory()));
    }

    private void train(Twin twin, int node, long round) {
        Event.Trained last = twin.trained
                .filter(t -> t.round() == round && twin.round == round - 1)
                .orElseThrow(() -> new Violation("node " + node + " uses a Δ of round " + round
                        + " that it has not trained from θ of the round before"));
        int[] made = new int[1];
        engine.train(
                last.windows().stream().mapToLong(Long::longValue).toArray(),
                0,
                () -> made[0] == last.steps(),
                (step, loss, rate) -> made[0] = step);
    }

    private void settle(Twin twin, Settle effect) {
        Optional<Own> own = twin.own.filter(o -> o.round() == effect.round());
        engine.restore(own.map(Own::after).orElse(twin.settled));
        if (effect.fold()) {
            train(twin, twin.trained.map(Event.Trained::node).orElse(-1), effect.round());
            engine.fold();
        }
        own.map(Own::content).filter(c -> comesBack(effect.round(), c)).ifPresent(c -> engine.giveBack(bytes(c)));
        if (effect.clear()) {
            engine.clearErrorFeedback();
        }
        List<Engine.Applied> set =
                effect.collectSet().stream().map(this::applied).toList();
        if (!set.isEmpty()) {
            engine.apply(set);
        }
        twin.settled = memory();
        twin.round = effect.round();
        twin.own = twin.own.filter(o -> o.round() > effect.round());
    }

    private boolean comesBack(long round, ContentId content) {
        SealedRound over = Optional.ofNullable(sealed.get(round))
                .orElseThrow(() -> new Violation("round " + round + " is settled before it is sealed"));
        boolean isApplied =
                over.collectSet().stream().map(Commitment::contribution).anyMatch(content::equals);
        boolean isFault = over.refused().stream()
                .filter(r -> r.contribution().equals(content))
                .anyMatch(r -> r.code() != 0 && r.code() != Refused.NO_JUDGE);
        return !isApplied && !isFault;
    }

    private Engine.Applied applied(Selected selected) {
        return new Engine.Applied(selected.hotkey(), bytes(selected.contribution()), selected.trustQ16());
    }

    private MemorySegment bytes(ContentId content) {
        return MemorySegment.ofArray(Optional.ofNullable(contents.get(content))
                .orElseThrow(() -> new Violation("content " + content.brief() + " was never made")));
    }

    private void compare(Twin twin, Event.Remembers event) {
        engine.restore(twin.now());
        if (!feedback.get().equals(event.feedback())) {
            throw new Violation("error feedback of node " + event.node() + " after round " + event.round()
                    + " is not its twin's, which settled round " + twin.round);
        }
    }
}
