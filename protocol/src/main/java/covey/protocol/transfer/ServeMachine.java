package covey.protocol.transfer;

import java.util.List;

/**
 * Serves contents to fetchers, paced by a total and by each fetcher's grant, in turn among fetchers and among the
 * transfers of each. Pure; a state has no phases.
 *
 * <pre>
 * input      effect
 * Asked      replaces what is queued for that segment; NotHere if the content is not served; a request beyond the
 *            content, or beyond the queue's bound, is dropped
 * Tick       Send, one datagram a turn, as long as the buckets have tokens
 * Returned   the datagram goes back to where it was
 * Withdraw   what is queued of the content is dropped
 * </pre>
 */
public final class ServeMachine {
    private final int burstBytes;

    /** @param burstBytes most that is sent to one fetcher at once */
    public ServeMachine(int burstBytes) {
        this.burstBytes = burstBytes;
    }

    public record Transition(ServeState next, List<ServeEffect> effects) {
        public Transition {
            effects = List.copyOf(effects);
        }
    }

    public Transition apply(ServeState state, ServeInput input) {
        ServeTurn turn = new ServeTurn(state);
        switch (input) {
            case ServeInput.Serve i -> turn.serve(i.content(), i.lengthBytes());
            case ServeInput.Withdraw i -> turn.withdraw(i.content());
            case ServeInput.Opened i -> turn.open(i, burstBytes);
            case ServeInput.Closed i -> turn.close(i.link());
            case ServeInput.Asked i -> turn.asked(i.link(), i.request());
            case ServeInput.Returned i -> turn.giveBack(i.send());
            case ServeInput.Tick i -> turn.tick(i.nowNs());
        }
        return turn.finish();
    }
}
