package covey.actors.outer;

import covey.actors.engine.EngineActor;
import covey.actors.judge.ValidatorActor;
import covey.actors.node.NodeEvent;
import covey.actors.train.StopSwitch;
import covey.actors.transfer.TransferActor;
import covey.protocol.inspect.Earlier;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Hands each effect of the peer to whoever does it, in order, without waiting. Used by the peer's thread.
 *
 * @param say puts a statement on the ledger and repeats it while it is of use
 * @param judges whether this node measures rounds that it applies live
 * @param halt told once why the node must not go on
 */
public record EffectRunner(
        Hotkey self,
        ActorRef<EngineActor.Command> engine,
        ActorRef<TransferActor.Command> transfer,
        ActorRef<ValidatorActor.Command> validator,
        Consumer<PeerEffect.Say> say,
        StopSwitch stop,
        boolean judges,
        FaultPoints faults,
        Consumer<NodeEvent> events,
        Consumer<String> halt) {

    /** @param ledger as the peer saw it last */
    void run(PeerEffect effect, LedgerState ledger) {
        switch (effect) {
            case PeerEffect.Say e -> say(e);
            case PeerEffect.Fetch e ->
                transfer.tell(new TransferActor.Fetch(
                        e,
                        commitment(ledger, e.content()).map(c -> round(ledger)).orElse(0L)));
            case PeerEffect.Cancel e -> transfer.tell(new TransferActor.Cancel(e.content()));
            case PeerEffect.Serve e ->
                transfer.tell(new TransferActor.Serve(e.content(), ownRound(ledger, e.content())));
            case PeerEffect.Drop e -> transfer.tell(new TransferActor.Drop(e.content()));
            case PeerEffect.Judge e -> judge(e, ledger);
            case PeerEffect.Train e -> engine.tell(new EngineActor.Train(e));
            case PeerEffect.StopTraining e -> stop.stop(e.round(), e.minimumSteps());
            case PeerEffect.Compress e -> engine.tell(new EngineActor.Compress(e));
            case PeerEffect.Settle e ->
                engine.tell(new EngineActor.Settle(e, judges && e.round() == ledger.lastSealed()));
            case PeerEffect.Load e -> engine.tell(new EngineActor.Load(e));
            case PeerEffect.Keep e -> engine.tell(new EngineActor.Keep(e));
            case PeerEffect.Halt e -> halt(e.reason());
        }
    }

    private void say(PeerEffect.Say effect) {
        say.accept(effect);
        switch (effect.statement()) {
            case Statement.Commit c -> {
                events.accept(new NodeEvent.Committed(c.round(), c.contribution(), c.lengthBytes()));
                faults.reached(Point.COMMIT_SAID, c.round());
            }
            case Statement.Ready r -> events.accept(new NodeEvent.Ready(r.round()));
            case Statement.Register _,
                    Statement.Attest _,
                    Statement.Evaluate _,
                    Statement.Holds _,
                    Statement.Root _,
                    Statement.Absent _,
                    Statement.Present _,
                    Statement.Economic _ -> {}
        }
    }

    private void judge(PeerEffect.Judge effect, LedgerState ledger) {
        List<Earlier> earlier = Earlier.of(ledger.rounds().sealed(), effect.round());
        commitment(ledger, effect.contribution())
                .ifPresent(c ->
                        validator.tell(new ValidatorActor.Judge(effect, c.lengthBytes(), others(ledger), earlier)));
    }

    /** Whom this node may judge (rule A3). */
    private List<Hotkey> others(LedgerState ledger) {
        return ledger.round().stream()
                .flatMap(round -> round.commits().stream())
                .map(RoundState.Commitment::hotkey)
                .filter(hotkey -> !ledger.registry().areOfOneOwner(self, hotkey))
                .toList();
    }

    private void halt(String reason) {
        events.accept(new NodeEvent.Halted(reason));
        halt.accept(reason);
    }

    private long ownRound(LedgerState ledger, ContentId content) {
        return commitment(ledger, content)
                .filter(c -> c.hotkey().equals(self))
                .map(c -> round(ledger))
                .orElse(0L);
    }

    private static long round(LedgerState ledger) {
        return ledger.round().map(RoundState::round).orElse(0L);
    }

    /** The commitment of the round in progress to that content. */
    private static Optional<RoundState.Commitment> commitment(LedgerState ledger, ContentId content) {
        Predicate<RoundState.Commitment> same = c -> c.contribution().equals(content);
        return ledger.round()
                .flatMap(round -> round.commits().stream().filter(same).findFirst());
    }
}
