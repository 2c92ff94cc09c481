package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Checkpoint;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The slice of the ledger that {@link RoundRules} owns. Maps are never written to.
 *
 * @param current the round in progress; empty until round 1 opens
 * @param lastSealed number of the last sealed round; 0 before the first
 * @param appliedRounds sealed rounds that were not empty
 * @param sealed the last 16 sealed rounds
 * @param roots said state roots by round, then hotkey: the last three sealed rounds and the newest checkpoint
 * @param agreed agreed state roots by round: the last 16 and the newest checkpoint
 * @param checkpoint the newest
 * @param standings of everybody about whom there is something to remember
 * @param data which samples have been handed out
 * @param readyCount Ready statements that counted so far; orders them
 * @param halted why the run has stopped
 */
public record Rounds(
        Optional<RoundState> current,
        long lastSealed,
        long appliedRounds,
        SortedMap<Long, SealedRound> sealed,
        SortedMap<Long, SortedMap<Hotkey, ContentId>> roots,
        SortedMap<Long, ContentId> agreed,
        Optional<Checkpoint> checkpoint,
        SortedMap<Hotkey, Standing> standings,
        long readyCount,
        Optional<String> halted) {

    /**
     * What a hotkey's past means for the next round.
     *
     * @param readyRound of its last Ready; -1 if there was none
     * @param readyOrder number of that Ready among all
     * @param absent whether an Absent came after its last Ready, Root or Present (rule D4)
     * @param suspended a validator that fell silent (rule D7)
     * @param returning a suspended one that said Ready since; judges again from the next round on
     * @param unfetchedCount n of rule D9
     * @param barredThrough last round from which it is barred; 0 if it never was (rule D9)
     */
    public record Standing(
            long readyRound,
            long readyOrder,
            boolean absent,
            boolean suspended,
            boolean returning,
            int unfetchedCount,
            long barredThrough) {
        public static final Standing NEW = new Standing(-1, 0, false, false, false, 0, 0);
    }
}
