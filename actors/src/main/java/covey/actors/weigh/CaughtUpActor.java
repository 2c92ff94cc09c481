package covey.actors.weigh;

import covey.protocol.ledger.LedgerState;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Passes on the newest ledger when no block came for a moment. While a node catches up it hears of blocks much faster
 * than they are made, and what it would say of past ones is of no use to anybody.
 */
public final class CaughtUpActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    private record Quiet(LedgerState state) implements Command {}

    private CaughtUpActor() {}

    /** @param quiet without a block; shorter than the least time between two that are made */
    public static Behavior<Command> create(Duration quiet, Consumer<LedgerState> newest) {
        return Behaviors.withTimers(timers -> Behaviors.receive(Command.class)
                .onMessage(Ledger.class, message -> {
                    timers.startSingleTimer("quiet", new Quiet(message.state()), quiet);
                    return Behaviors.same();
                })
                .onMessage(Quiet.class, message -> {
                    newest.accept(message.state());
                    return Behaviors.same();
                })
                .build());
    }
}
