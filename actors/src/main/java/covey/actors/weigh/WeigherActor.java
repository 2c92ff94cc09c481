package covey.actors.weigh;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.WeightTurn;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Puts a validator's weights on the ledger, mechanism by mechanism, once an epoch: in the open, or committed now and
 * revealed when it is time, also after a restart. What to say is asked of the ledger after each block, so nothing is
 * lost when a block loses it. Touches the disk: a thread of its own.
 */
public final class WeigherActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    /** No block came for a moment: the ledger is not being caught up with. */
    record Quiet() implements Command {}

    /**
     * What a scorer thinks now.
     *
     * @param mechanism its name on the ledger
     * @param weights by hotkey, 0 to 65535
     */
    public record Weigh(String mechanism, SortedMap<Hotkey, Integer> weights) implements Command {}

    /**
     * @param quiet without a block before it speaks; shorter than the least time between two blocks
     * @param salts fresh random ones, secret until the reveal
     * @param say signs and sends, as often as it takes
     */
    public record Parts(
            Hotkey self,
            Economics economics,
            Duration quiet,
            Records records,
            Supplier<List<Integer>> salts,
            Consumer<EconomyStatement> say) {}

    private final Parts parts;
    private final TimerScheduler<Command> timers;
    private final Reveals reveals;
    private Optional<LedgerState> newest = Optional.empty();
    private final SortedMap<String, SortedMap<Hotkey, Integer>> weights = new TreeMap<>();

    private WeigherActor(Parts parts, TimerScheduler<Command> timers) {
        this.parts = parts;
        this.timers = timers;
        reveals = Reveals.open(parts.records());
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.withTimers((TimerScheduler<Command> timers) -> {
            WeigherActor actor = new WeigherActor(parts, timers);
            return Behaviors.receive(Command.class)
                    .onMessage(Ledger.class, actor::ledger)
                    .onMessage(Quiet.class, _ -> actor.turns())
                    .onMessage(Weigh.class, actor::weigh)
                    .build();
        });
    }

    private Behavior<Command> weigh(Weigh message) {
        weights.put(message.mechanism(), message.weights());
        return Behaviors.same();
    }

    private Behavior<Command> ledger(Ledger message) {
        newest = Optional.of(message.state());
        timers.startSingleTimer(new Quiet(), parts.quiet());
        return Behaviors.same();
    }

    private Behavior<Command> turns() {
        newest.ifPresent(state -> state.economy()
                .ifPresent(economy ->
                        economy.mechanisms().values().forEach(mechanism -> turn(economy, mechanism, state.height()))));
        return Behaviors.same();
    }

    private void turn(Economy economy, Mechanism mechanism, long height) {
        WeightTurn.of(parts.economics(), economy, parts.self(), mechanism.id(), row(economy, mechanism), height)
                .ifPresent(turn -> {
                    turn.row().ifPresent(due -> parts.say().accept(turn.hidden() ? commit(turn.epoch(), due) : due));
                    turn.reveals()
                            .forEach(commit -> reveals.of(parts.self(), commit).ifPresent(parts.say()));
                });
    }

    /** For the oldest of its name: whoever registers another one later gets nobody's weights by it. */
    private SortedMap<Hotkey, Integer> row(Economy economy, Mechanism mechanism) {
        boolean oldest = economy.mechanisms().headMap(mechanism.id()).values().stream()
                .noneMatch(earlier -> earlier.name().equals(mechanism.name()));
        return oldest ? weights.getOrDefault(mechanism.name(), new TreeMap<>()) : new TreeMap<>();
    }

    /** The same commit as long as it is due: a second one would be refused. */
    private EconomyStatement commit(long epoch, SetWeights due) {
        RevealWeights reveal = reveals.of(due.mechanism(), epoch).orElseGet(() -> {
            RevealWeights fresh = new RevealWeights(due, parts.salts().get());
            reveals.keep(epoch, fresh);
            return fresh;
        });
        return new CommitWeights(due.mechanism(), WeightTurn.commitOf(parts.self(), reveal));
    }
}
