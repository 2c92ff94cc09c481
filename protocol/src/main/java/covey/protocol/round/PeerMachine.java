package covey.protocol.round;

import covey.protocol.assign.DataAssignment;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerInput.Memory;
import covey.protocol.round.PeerState.Judging;
import java.util.List;
import java.util.Optional;

/**
 * A node's part in the rounds, as a pure machine: it follows the ledger and applies, trains and commits if it is a
 * trainer, judges and attests if it is a validator (rules D, E3, H9, H10, I2). Same state and input, same transition;
 * an input that comes late or twice changes nothing. Thread-safe: it keeps nothing between calls.
 *
 * <p>Every input updates the slice it is about; then what is due is derived from the ledger and the slices, in the
 * order of this table. What was done is remembered in the slice, so nothing is done twice before the next start.
 *
 * <pre>
 * when                                                     | effects
 * ledger halted; a Commit of ours that isn't recorded      | Halt
 * settled s, the ledger still takes its root               | Say Root(s)
 * settled s, s a multiple of C, root not contradicted      | Keep, Serve
 * own root of s isn't the agreed one: first, second time   | Load of the checkpoint before s; Halt
 * settled &lt; last sealed, next round unknown, gone or dearer | Fetch of the checkpoint, Load once it is stored
 * settled &lt; last sealed, contents of the next round here    | Settle, once training and compression are over
 * training, and the round closed or θ is contradicted      | StopTraining at once
 * training, and the deadline comes near                    | StopTraining once a contribution is possible
 * r open, slot in r, settled = r-1                         | Train
 * Trained, enough steps, r open                            | Compress
 * recorded for r, r open                                   | Say Commit
 * settled = last sealed, no slot (validator: suspended)    | Say Ready
 * r closed: commitment not stored; stored                  | Fetch, again when holders grew; Serve
 * r sealed, not settled: collect set not stored            | Fetch from every trainer and validator
 * trainer, r closed, more stored                           | Say Holds
 * fetched for nothing any more                             | Cancel
 * validator, r closed, settled = r-1, stored, not its own  | Judge
 * validator, verdicts complete, or each second; at the end | Say Attest
 * three later checkpoints agreed                           | Drop
 * </pre>
 */
public final class PeerMachine {
    private final Setup setup;

    /** @param roles bits of {@link Role} that {@code self} is registered with */
    public PeerMachine(Genesis genesis, RunId run, Crypto crypto, Hotkey self, int roles) {
        this.setup = new Setup(genesis, self, roles, new DataAssignment(run, genesis.trainWindows(), crypto));
    }

    /** The state before {@link PeerInput.Restarted}: θ_0, nothing on disk. */
    public PeerState initial() {
        return restarted(new Memory(0, setup.genesis().thetaRoot(), Optional.empty(), List.of()));
    }

    public Transition apply(PeerState state, PeerInput input) {
        return switch (input) {
            case PeerInput.Restarted i -> new Transition(restarted(i.memory()), List.of());
            case PeerInput.Advanced i -> advanced(state, i.state());
            case PeerInput.Stored _, PeerInput.NotFetched _, PeerInput.Judged _ -> engaged(state, input);
            case PeerInput.Trained _ -> engaged(state, input);
            case PeerInput.Recorded _, PeerInput.NotFinite _ -> engaged(state, input);
            case PeerInput.Settled _, PeerInput.Loaded _ -> engaged(state, input);
        };
    }

    private static PeerState restarted(Memory memory) {
        Optional<PeerInput.Recorded> recorded = memory.recorded().filter(r -> r.round() > memory.settledRound());
        return new PeerState(
                Optional.empty(),
                OuterRules.initial(memory.settledRound(), memory.root()),
                TrainRules.initial(memory.settledRound(), recorded),
                ContentRules.initial(memory.stored(), recorded),
                Judging.NONE,
                Optional.empty());
    }

    private Transition advanced(PeerState state, LedgerState ledger) {
        boolean old = state.ledger().filter(l -> l.height() >= ledger.height()).isPresent();
        return old || state.halted().isPresent()
                ? new Transition(state, List.of())
                : derived(new Turn(setup, ledger, state));
    }

    /** Results of effects; none can come before the ledger was told. */
    private Transition engaged(PeerState state, PeerInput input) {
        if (state.ledger().isEmpty() || state.halted().isPresent()) {
            return new Transition(state, List.of());
        }
        Turn turn = new Turn(setup, state.ledger().get(), state);
        absorb(turn, input);
        return derived(turn);
    }

    private static void absorb(Turn turn, PeerInput input) {
        switch (input) {
            case PeerInput.Stored i -> turn.contents.stored(i.content());
            case PeerInput.NotFetched i -> {
                turn.judge.notFetched(i.content());
                turn.outer.notFetched(i.content());
            }
            case PeerInput.Judged i -> turn.judge.judged(i);
            case PeerInput.Trained i -> turn.train.trained(i);
            case PeerInput.Recorded i -> {
                if (turn.train.recorded(i)) {
                    turn.contents.stored(i.contribution());
                }
            }
            case PeerInput.NotFinite i -> turn.train.notFinite(i);
            case PeerInput.Settled i -> {
                if (turn.outer.settled(i)) {
                    turn.train.settled(i.round());
                }
            }
            case PeerInput.Loaded i -> turn.outer.loaded(i);
            case PeerInput.Advanced _, PeerInput.Restarted _ ->
                throw new IllegalArgumentException("input: " + input + " (expected: the result of an effect)");
        }
    }

    private static Transition derived(Turn turn) {
        turn.derive();
        return turn.end();
    }
}
