package covey.protocol.score;

import covey.protocol.model.Hotkey;
import covey.protocol.score.Evidence.Finding;
import java.util.List;

/**
 * One trainer and one round: everything that its score follows from.
 *
 * @param finding of its evidence, if it was measured; else that it is undecided
 * @param penalties in the order applied
 */
public record Verdict(
        long round, Outcome outcome, Standing before, Finding finding, List<Penalty> penalties, Standing after) {
    public Verdict {
        penalties = List.copyOf(penalties);
    }

    public Hotkey hotkey() {
        return outcome.hotkey();
    }
}
