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
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Puts a validator's weights on the ledger, mechanism by mechanism, once an epoch: in the open, or committed now and
 * revealed when it is time, also after a restart. What to say is asked of each ledger that it hears of, so nothing is
 * lost when a block loses it. Touches the disk: a thread of its own.
 */
public final class WeigherActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    /**
     * What a scorer thinks now.
     *
     * @param mechanism its name on the ledger
     * @param weights by hotkey, 0 to 65535
     */
    public record Weigh(String mechanism, SortedMap<Hotkey, Integer> weights) implements Command {}

    /**
     * @param salts fresh random ones, secret until the reveal
     * @param say signs and sends, as often as it takes
     */
    public record Parts(
            Hotkey self,
            Economics economics,
            Records records,
            Supplier<List<Integer>> salts,
            Consumer<EconomyStatement> say) {}

    private final Parts parts;
    private final Reveals reveals;
    private final SortedMap<String, SortedMap<Hotkey, Integer>> weights = new TreeMap<>();

    private WeigherActor(Parts parts) {
        this.parts = parts;
        reveals = new Reveals(parts.records());
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(_ -> {
            WeigherActor actor = new WeigherActor(parts);
            return Behaviors.receive(Command.class)
                    .onMessage(Ledger.class, actor::ledger)
                    .onMessage(Weigh.class, actor::weigh)
                    .build();
        });
    }

    private Behavior<Command> weigh(Weigh message) {
        weights.put(message.mechanism(), message.weights());
        return Behaviors.same();
    }

    private Behavior<Command> ledger(Ledger message) {
        LedgerState state = message.state();
        state.economy()
                .ifPresent(economy ->
                        economy.mechanisms().values().forEach(mechanism -> turn(economy, mechanism, state.height())));
        return Behaviors.same();
    }

    /** Also where it has no weights any more: what was committed is revealed. */
    private void turn(Economy economy, Mechanism mechanism, long height) {
        SortedMap<Hotkey, Integer> row = weights.getOrDefault(mechanism.name(), new TreeMap<>());
        WeightTurn.of(parts.economics(), economy, parts.self(), mechanism.id(), row, height)
                .ifPresent(turn -> {
                    turn.row().ifPresent(due -> parts.say().accept(turn.hidden() ? commit(turn.epoch(), due) : due));
                    turn.reveals()
                            .forEach(commit -> reveals.of(parts.self(), commit).ifPresent(parts.say()));
                });
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
