package covey.protocol.round;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call of {@link PeerMachine#apply} in progress: the rules with their slices, and the effects so far. Each rule
 * changes its own slice only and reads those of others.
 */
final class Turn {
    final Setup setup;
    final LedgerState ledger;
    final OuterRules outer;
    final TrainRules train;
    final ContentRules contents;
    final JudgeRules judge;
    private final List<PeerEffect> effects = new ArrayList<>();
    private Optional<String> halted;

    Turn(Setup setup, LedgerState ledger, PeerState state) {
        this.setup = setup;
        this.ledger = ledger;
        this.outer = new OuterRules(this, state.outer());
        this.train = new TrainRules(this, state.training());
        this.contents = new ContentRules(this, state.contents());
        this.judge = new JudgeRules(this, state.judging());
        this.halted = state.halted();
    }

    /** Derives what is to be done now. Whatever was done before is remembered in the slices. */
    void derive() {
        ledger.halted().ifPresent(this::halt);
        train.checkOwnCommit();
        contents.follow();
        outer.derive();
        if (!isHalted()) {
            train.derive();
            contents.derive();
            judge.derive();
            contents.retain();
        }
    }

    /** The node does nothing any more; what it would have done in this turn is left out. */
    void halt(String reason) {
        if (halted.isEmpty()) {
            halted = Optional.of(reason);
            effects.clear();
            effects.add(new PeerEffect.Halt(reason));
        }
    }

    boolean isHalted() {
        return halted.isPresent();
    }

    void emit(PeerEffect effect) {
        if (!isHalted()) {
            effects.add(effect);
        }
    }

    void say(Role role, Statement statement) {
        emit(new PeerEffect.Say(role, statement));
    }

    /** The round in progress if it is that one. */
    Optional<RoundState> round(long number) {
        return ledger.round().filter(r -> r.round() == number);
    }

    boolean isOpen(long number) {
        return round(number).filter(r -> !r.isClosed()).isPresent();
    }

    Optional<SealedRound> sealed(long round) {
        return contents.archived(round);
    }

    /** The agreed state root after a round, as far as this node has seen it. */
    Optional<ContentId> agreed(long round) {
        Optional<ContentId> root = ledger.agreedRoot(round);
        return root.isPresent() ? root : contents.checkpoint(round);
    }

    Transition end() {
        return new Transition(
                new PeerState(
                        Optional.of(ledger), outer.freeze(), train.freeze(), contents.freeze(), judge.freeze(), halted),
                effects);
    }
}
