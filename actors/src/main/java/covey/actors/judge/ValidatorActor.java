package covey.actors.judge;

import covey.actors.node.NodeEvent;
import covey.protocol.contribution.ContributionCheck;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Rejection;
import covey.protocol.inspect.Earlier;
import covey.protocol.inspect.Fingerprint;
import covey.protocol.inspect.RelativeCheck;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.Rounds;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.ContentStore;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Checks stored contributions one after another; each blocks its thread for milliseconds to seconds. What is wrong in
 * itself is rejected at once; the others wait until all of the round are here, or half of COLLECT is over, and are
 * compared with one another and with those of the rounds before (rule D6). After a second they do not wait for what has
 * gone with its owner, if that is at most half (docs/adr/0010).
 */
public final class ValidatorActor {
    /** What it is told. */
    public sealed interface Command {}

    /**
     * @param lengthBytes the commitment's
     * @param commits who committed in the round, in the order of the ledger, without those that are not this node's to
     *     judge
     * @param earlier what the ledger has of the rounds before
     */
    public record Judge(PeerEffect.Judge effect, long lengthBytes, List<Hotkey> commits, List<Earlier> earlier)
            implements Command {
        public Judge {
            commits = List.copyOf(commits);
            earlier = List.copyOf(earlier);
        }
    }

    /** The ledger has moved on. */
    public record Ledger(LedgerState state) implements Command {}

    private record Due(long round) implements Command {}

    private record SpreadOut(long round) implements Command {}

    /** All had time to come; the ledger's time may leap (rule B2). */
    private static final Duration SPREAD = Duration.ofSeconds(1);

    /** @param patience how long verdicts wait for contents that are not here */
    public record Parts(ContributionCheck check, Layout layout, ContentStore contents, Duration patience) {}

    private final Parts parts;
    private final TimerScheduler<Command> timers;
    private final Consumer<PeerInput> peer;
    private final Consumer<NodeEvent> events;
    /** Of this round and those before, so that a content is read once. */
    private final SortedMap<ContentId, Fingerprint> known = new TreeMap<>();
    /** What this round is compared with, oldest first. */
    private List<Fingerprint> recent = List.of();

    private final SortedMap<Hotkey, Fingerprint> seen = new TreeMap<>();
    private final SortedMap<Hotkey, PeerEffect.Judge> waiting = new TreeMap<>();
    private final SortedSet<Hotkey> heard = new TreeSet<>();
    private SortedSet<Hotkey> gone = Collections.emptySortedSet();
    private List<Hotkey> commits = List.of();
    private long round;
    private boolean spreadOut;
    private boolean due;

    private ValidatorActor(
            Parts parts, TimerScheduler<Command> timers, Consumer<PeerInput> peer, Consumer<NodeEvent> events) {
        this.parts = parts;
        this.timers = timers;
        this.peer = peer;
        this.events = events;
    }

    /** @param peer told the verdict; a content that is gone again gets none (rule D6) */
    public static Behavior<Command> create(Parts parts, Consumer<PeerInput> peer, Consumer<NodeEvent> events) {
        return Behaviors.withTimers(timers -> {
            ValidatorActor actor = new ValidatorActor(parts, timers, peer, events);
            return Behaviors.receive(Command.class)
                    .onMessage(Judge.class, actor::judge)
                    .onMessage(Ledger.class, actor::ledger)
                    .onMessage(SpreadOut.class, actor::spreadOut)
                    .onMessage(Due.class, actor::due)
                    .build();
        });
    }

    private Behavior<Command> judge(Judge command) {
        PeerEffect.Judge effect = command.effect();
        if (effect.round() != round) {
            begin(command);
        }
        parts.contents().read(effect.contribution()).ifPresent(content -> check(command, content));
        compareOnceEnoughIsHere();
        return Behaviors.same();
    }

    private Behavior<Command> ledger(Ledger command) {
        gone = gone(command.state().rounds());
        compareOnceEnoughIsHere();
        return Behaviors.same();
    }

    private static SortedSet<Hotkey> gone(Rounds rounds) {
        List<Commitment> commits = rounds.current().map(RoundState::commits).orElse(List.of());
        return IntStream.range(0, commits.size())
                .filter(rounds::hasGoneWithOwner)
                .mapToObj(i -> commits.get(i).hotkey())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void compareOnceEnoughIsHere() {
        List<Hotkey> missing = commits.stream().filter(c -> !heard.contains(c)).toList();
        boolean isRestGone = spreadOut && gone.containsAll(missing) && 2 * missing.size() <= commits.size();
        if (!waiting.isEmpty() && (due || missing.isEmpty() || isRestGone)) {
            compare();
        }
    }

    private void begin(Judge command) {
        List<ContentId> compared =
                command.earlier().stream().map(Earlier::contribution).toList();
        known.keySet().retainAll(compared);
        recent = command.earlier().stream()
                .flatMap(earlier -> fingerprint(earlier).stream())
                .toList();
        round = command.effect().round();
        commits = command.commits();
        spreadOut = false;
        due = false;
        seen.clear();
        waiting.clear();
        heard.clear();
        timers.startSingleTimer(new SpreadOut(round), SPREAD);
        timers.startSingleTimer(new Due(round), parts.patience());
    }

    /** Empty for one that is not here, or nonsense that others called comparable. After a restart they are read. */
    private Optional<Fingerprint> fingerprint(Earlier earlier) {
        Fingerprint ready = known.get(earlier.contribution());
        return ready != null
                ? Optional.of(ready)
                : parts.contents()
                        .read(earlier.contribution())
                        .filter(parts.check()::isWellFormed)
                        .map(content -> read(earlier, content));
    }

    private Fingerprint read(Earlier earlier, MemorySegment content) {
        Fingerprint made =
                Fingerprint.of(earlier.hotkey(), earlier.round(), ContributionReader.planesOf(content, parts.layout()));
        known.put(earlier.contribution(), made);
        return made;
    }

    /** In the order of their commits. */
    private List<Fingerprint> ordered() {
        return commits.stream()
                .flatMap(hotkey -> Optional.ofNullable(seen.get(hotkey)).stream())
                .toList();
    }

    private void check(Judge command, MemorySegment content) {
        PeerEffect.Judge effect = command.effect();
        var expected = new ContributionCheck.Expected(
                effect.round(), effect.owner(), effect.baseRoot(), command.lengthBytes());
        Optional<Rejection> rejection = parts.check().check(content, expected);
        heard.add(effect.owner());
        if (rejection.isPresent()) {
            judged(effect, rejection.get().code());
        } else {
            Fingerprint made = Fingerprint.of(
                    effect.owner(), effect.round(), ContributionReader.planesOf(content, parts.layout()));
            waiting.put(effect.owner(), effect);
            seen.put(effect.owner(), made);
            known.put(effect.contribution(), made);
        }
    }

    private Behavior<Command> spreadOut(SpreadOut command) {
        if (command.round() == round) {
            spreadOut = true;
            compareOnceEnoughIsHere();
        }
        return Behaviors.same();
    }

    private Behavior<Command> due(Due command) {
        if (command.round() == round) {
            due = true;
            compare();
        }
        return Behaviors.same();
    }

    private void compare() {
        SortedMap<Hotkey, Rejection> rejections = RelativeCheck.of(ordered(), recent);
        List<PeerEffect.Judge> decided = new ArrayList<>(waiting.values());
        waiting.clear();
        for (PeerEffect.Judge effect : decided) {
            judged(
                    effect,
                    Optional.ofNullable(rejections.get(effect.owner()))
                            .map(Rejection::code)
                            .orElse(0));
        }
    }

    private void judged(PeerEffect.Judge effect, int code) {
        peer.accept(new PeerInput.Judged(effect.contribution(), code));
        events.accept(new NodeEvent.Judged(effect.round(), effect.owner(), code));
    }
}
