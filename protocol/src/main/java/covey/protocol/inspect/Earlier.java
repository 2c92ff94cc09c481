package covey.protocol.inspect;

import covey.protocol.contribution.Rejection;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * A contribution of an earlier round that those of a round are compared with. Which these are follows from the ledger
 * alone, so a rejection can be recomputed by whoever has the contents, after a restart too (rule D6).
 */
public record Earlier(long round, Hotkey hotkey, ContentId contribution) {
    /** Rounds before: all that the ledger remembers. */
    public static final int ROUNDS = Limits.ROUND_HISTORY_COUNT;

    /**
     * Oldest round first; in it those accepted, then those rejected for how they compare with others, as who repeats
     * these is no better.
     */
    public static List<Earlier> of(SortedMap<Long, SealedRound> sealed, long round) {
        return sealed.subMap(round - ROUNDS, round).values().stream()
                .flatMap(Earlier::of)
                .toList();
    }

    private static Stream<Earlier> of(SealedRound sealed) {
        Stream<Earlier> accepted = sealed.accepted().stream().map(c -> of(sealed, c));
        Stream<Earlier> rejected =
                sealed.refused().stream().filter(Earlier::isComparable).map(r -> of(sealed, r));
        return Stream.concat(accepted, rejected);
    }

    private static Earlier of(SealedRound sealed, Commitment commitment) {
        return new Earlier(sealed.round(), commitment.hotkey(), commitment.contribution());
    }

    private static Earlier of(SealedRound sealed, Refused refused) {
        return new Earlier(sealed.round(), refused.hotkey(), refused.contribution());
    }

    private static boolean isComparable(Refused refused) {
        return Rejection.of(refused.code()).stream().anyMatch(Rejection::isRelative);
    }
}
