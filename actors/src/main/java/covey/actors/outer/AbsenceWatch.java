package covey.actors.outer;

import covey.protocol.ledger.LedgerState;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Looks after {@link Absences} four times a second. */
public final class AbsenceWatch {
    /** What it is told. */
    public sealed interface Command {}

    public record Ledger(LedgerState state) implements Command {}

    record Tick() implements Command {}

    private static final Duration TICK = Duration.ofMillis(250);

    private final Absences absences;

    private AbsenceWatch(Absences absences) {
        this.absences = absences;
    }

    public static Behavior<Command> create(Absences absences) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), TICK);
            AbsenceWatch watch = new AbsenceWatch(absences);
            return Behaviors.receive(Command.class)
                    .onMessage(Ledger.class, watch::ledger)
                    .onMessage(Tick.class, watch::tick)
                    .build();
        });
    }

    private Behavior<Command> ledger(Ledger command) {
        absences.follow(command.state());
        return Behaviors.same();
    }

    private Behavior<Command> tick(Tick tick) {
        absences.lookAround();
        return Behaviors.same();
    }
}
