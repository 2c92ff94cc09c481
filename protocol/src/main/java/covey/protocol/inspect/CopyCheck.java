package covey.protocol.inspect;

import covey.protocol.model.Hotkey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds contributions that repeat others: of the same round, and of recent ones, its maker's own among them. Only the
 * later of two is a copy, by rounds and then by the order of commits on the ledger, so that who was copied never pays
 * for it. Honest contributions overlap too, most in the first rounds; so what counts as a copy is measured against
 * the round itself.
 */
public final class CopyCheck {
    /** From what is usual to a whole copy, so much of the way is too much. */
    private static final double SHARE = 0.4;
    /** The same within a round, where nobody can read what others committed, and honest trainers move alike. */
    private static final double SHARE_WITHIN = 0.8;

    /** Of fewer pairs nothing is known about what is usual; then only almost equal ones are copies. */
    private static final int PAIRS_LEAST = 3;

    private static final double UNKNOWN = 0.8;

    private CopyCheck() {}

    /** @param overlap share of the coordinates that the copy has in common with its source */
    public record Copy(Hotkey hotkey, Hotkey source, long sourceRound, double overlap) {}

    /**
     * @param round contributions of one round in the order of their commits
     * @param recent those of earlier rounds, oldest first
     * @return at most one a contribution: the earliest source that it overlaps too much with
     */
    public static List<Copy> find(List<Fingerprint> round, List<Fingerprint> recent) {
        double acrossRounds = threshold(pairs(round, recent), SHARE);
        double withinRound = threshold(pairs(round), SHARE_WITHIN);
        List<Copy> copies = new ArrayList<>();
        for (int i = 0; i < round.size(); i++) {
            Fingerprint candidate = round.get(i);
            List<Fingerprint> before = round.subList(0, i);
            source(candidate, recent, acrossRounds)
                    .or(() -> source(candidate, before, withinRound))
                    .ifPresent(copies::add);
        }
        return List.copyOf(copies);
    }

    private static double[] pairs(List<Fingerprint> round, List<Fingerprint> recent) {
        return round.stream()
                .flatMapToDouble(own -> recent.stream().mapToDouble(own::overlap))
                .toArray();
    }

    private static double[] pairs(List<Fingerprint> round) {
        return IntStream.range(0, round.size())
                .boxed()
                .flatMapToDouble(i -> round.subList(0, i).stream().mapToDouble(round.get(i)::overlap))
                .toArray();
    }

    /** Copiers raise the median only once half of all pairs are copies; at least `share`. */
    private static double threshold(double[] overlaps, double share) {
        Arrays.sort(overlaps);
        double usual = overlaps.length < PAIRS_LEAST ? UNKNOWN : overlaps[(overlaps.length - 1) / 2];
        return usual + share * (1 - usual);
    }

    private static Optional<Copy> source(Fingerprint candidate, List<Fingerprint> earlier, double threshold) {
        return earlier.stream()
                .filter(source -> candidate.overlap(source) >= threshold)
                .findFirst()
                .map(source ->
                        new Copy(candidate.hotkey(), source.hotkey(), source.round(), candidate.overlap(source)));
    }
}
