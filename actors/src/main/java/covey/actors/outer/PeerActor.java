package covey.actors.outer;

import covey.protocol.journal.JournalCodec;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import covey.protocol.port.Journal;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.round.PeerMachine;
import covey.protocol.round.PeerState;
import covey.protocol.round.Transition;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The outer synchronizer: what happens to the peer goes through its machine, one input after another; an input is in
 * the
 * journal and synced before its effects run (rule E1). Inputs that wait together share one sync, and of ledger states
 * that follow one another only the last counts, as each is complete. Blocks on the disk: a thread of its own.
 */
public final class PeerActor {
    /** What it is told. */
    public sealed interface Command {}

    public record Take(PeerInput input) implements Command {}

    /** For observers only: the machine is told of the ledger later, when the run's data are here (rule F4). */
    public record Fetching(LedgerState ledger) implements Command {}

    /** For observers only. */
    public record TrainLoss(long round, double meanLoss) implements Command {}

    /** For observers only. */
    public record Applied(long round, ContentId root, double heldOutLoss) implements Command {}

    private record Flush() implements Command {}

    /** @param view where anybody looks; written by this actor */
    public record Parts(PeerMachine machine, Journal journal, JournalCodec codec, EffectRunner runner, NodeView view) {}

    private final Parts parts;
    private final Progress progress;
    private final ActorRef<Command> self;
    private final List<PeerInput> waiting = new ArrayList<>();
    private PeerState state;

    private PeerActor(Parts parts, ActorRef<Command> self) {
        this.parts = parts;
        this.self = self;
        progress =
                new Progress(parts.runner().self(), parts.view(), parts.runner().events());
        state = parts.machine().initial();
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> {
            PeerActor actor = new PeerActor(parts, context.getSelf());
            return Behaviors.receive(Command.class)
                    .onMessage(Take.class, actor::take)
                    .onMessage(Flush.class, actor::flush)
                    .onMessage(Fetching.class, actor::fetching)
                    .onMessage(TrainLoss.class, actor::trainLoss)
                    .onMessage(Applied.class, actor::applied)
                    .build();
        });
    }

    private Behavior<Command> take(Take command) {
        if (waiting.isEmpty()) {
            self.tell(new Flush());
        } else if (command.input() instanceof PeerInput.Advanced && waiting.getLast() instanceof PeerInput.Advanced) {
            waiting.removeLast();
        }
        waiting.add(command.input());
        return Behaviors.same();
    }

    private Behavior<Command> flush(Flush flush) {
        List<List<PeerEffect>> effects = new ArrayList<>();
        for (PeerInput input : waiting) {
            Transition transition = parts.machine().apply(state, input);
            parts.journal().append(parts.codec().encode(parts.codec().entry(input, transition.effects())));
            state = transition.next();
            effects.add(transition.effects());
        }
        parts.journal().sync();
        for (int i = 0; i < effects.size(); i++) {
            show(waiting.get(i));
            effects.get(i).forEach(effect -> parts.runner().run(effect, progress.ledger()));
        }
        waiting.clear();
        return Behaviors.same();
    }

    private void show(PeerInput input) {
        switch (input) {
            case PeerInput.Advanced(var ledger) -> progress.advanced(ledger);
            case PeerInput.Settled settled -> progress.settled(settled.round());
            case PeerInput.Loaded loaded -> progress.settled(loaded.round());
            case PeerInput.Restarted(var memory) -> progress.settled(memory.settledRound());
            case PeerInput.Stored _,
                    PeerInput.NotFetched _,
                    PeerInput.Judged _,
                    PeerInput.Trained _,
                    PeerInput.Recorded _,
                    PeerInput.NotFinite _ -> {}
        }
    }

    private Behavior<Command> fetching(Fetching command) {
        progress.fetching(command.ledger());
        return Behaviors.same();
    }

    private Behavior<Command> trainLoss(TrainLoss command) {
        progress.trained(command.round(), command.meanLoss());
        return Behaviors.same();
    }

    private Behavior<Command> applied(Applied command) {
        progress.applied(command.round(), command.root(), command.heldOutLoss());
        return Behaviors.same();
    }
}
