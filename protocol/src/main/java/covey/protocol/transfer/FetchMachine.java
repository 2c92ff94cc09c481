package covey.protocol.transfer;

import covey.protocol.transfer.FetchState.Phase;
import java.util.List;

/**
 * Fetches one content from several holders. Pure; the data themselves stay with the interpreter.
 *
 * <pre>
 * phase       input                        next
 * LEAVES      Arrived completes the list   Check; Opened → SEGMENTS (or COMPLETING), Checked(bad) → the list anew
 * SEGMENTS    Arrived completes a segment  Check; Checked(good) → verified, Checked(bad) → that segment anew
 *             Checked(good), the last one  COMPLETING, Complete
 * COMPLETING  Completed                    ENDED, Fetched
 * any         Tick                         asks anew for what is lost or late, gives what a stalled holder had to
 *                                          others, asks for more; no progress for giveUpNs → ENDED, Failed
 *             NotHere, Linked(down)        the holder's segments go to others
 *             Broken → ENDED, Failed       Cancel → ENDED
 * </pre>
 */
public final class FetchMachine {
    private final FetchRules rules;

    public FetchMachine(FetchRules rules) {
        this.rules = rules;
    }

    public record Transition(FetchState next, List<FetchEffect> effects) {
        public Transition {
            effects = List.copyOf(effects);
        }
    }

    public Transition apply(FetchState state, FetchInput input) {
        if (state.phase() == Phase.ENDED) {
            return new Transition(state, List.of());
        }
        FetchTurn turn = new FetchTurn(rules, state);
        switch (input) {
            case FetchInput.Holders i -> turn.add(i.nowNs(), i.hotkeys());
            case FetchInput.Linked i -> turn.linked(i.nowNs(), i.holder(), i.up());
            case FetchInput.Arrived i -> turn.arrived(i);
            case FetchInput.NotHere i -> turn.notHere(i.nowNs(), i.holder());
            case FetchInput.Opened i -> turn.opened(i.nowNs(), i.verified());
            case FetchInput.Checked i -> turn.checked(i.nowNs(), i.segment(), i.good());
            case FetchInput.Completed _ -> turn.completed();
            case FetchInput.Broken i -> turn.fail(i.reason());
            case FetchInput.Tick i -> turn.tick(i.nowNs(), i.room());
            case FetchInput.Cancel _ -> turn.end();
        }
        return turn.finish();
    }
}
