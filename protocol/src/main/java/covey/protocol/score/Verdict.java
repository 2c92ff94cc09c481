package covey.protocol.score;

import covey.protocol.model.Hotkey;
import java.util.List;

/**
 * One trainer and one round: everything that its score follows from.
 *
 * @param penalties in the order applied
 */
public record Verdict(long round, Outcome outcome, Standing before, List<Penalty> penalties, Standing after) {
    public Verdict {
        penalties = List.copyOf(penalties);
    }

    public Hotkey hotkey() {
        return outcome.hotkey();
    }
}
