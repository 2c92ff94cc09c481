package covey.protocol.inspect;

import covey.protocol.outer.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Inspects all contributions of a round at once; for every contribution, every round. */
public final class CheapCheck {
    /** Among fewer contributions nobody can say who is out of line. */
    private static final int ROUND_LEAST = 3;
    /** Where so much is usual, nobody stands out. */
    private static final double REPLAY_USUAL_MOST = 0.75;

    /** In smaller rounds, as while nodes start, two cheats that repeat the same thing are most beside an honest one. */
    private static final int BACKED_ROUND_LEAST = 5;

    private CheapCheck() {}

    /**
     * In the order given.
     *
     * @param recent of earlier rounds
     */
    public static List<Inspection> of(List<Fingerprint> round, List<Fingerprint> recent) {
        boolean comparable = round.size() >= ROUND_LEAST;
        double median = median(round);
        double[] backed = round.size() >= BACKED_ROUND_LEAST ? backed(round) : ones(round.size());
        double[] replayed = comparable ? replayed(round, recent) : new double[round.size()];
        List<Inspection> inspections = new ArrayList<>();
        for (int i = 0; i < round.size(); i++) {
            Fingerprint own = round.get(i);
            inspections.add(new Inspection(
                    own.hotkey(),
                    comparable ? Math.sqrt(own.norm().toDouble() / median) : 1,
                    comparable ? (double) opponents(own, round) / round.size() : 0,
                    backed[i],
                    replayed[i],
                    own.repeating()));
        }
        return List.copyOf(inspections);
    }

    /** The lower one of those above 0; 1 if there are none. */
    private static double median(List<Fingerprint> round) {
        List<Norm> norms = round.stream()
                .map(Fingerprint::norm)
                .filter(norm -> !norm.isZero())
                .sorted()
                .toList();
        return norms.isEmpty() ? 1 : norms.get((norms.size() - 1) / 2).toDouble();
    }

    private static long opponents(Fingerprint own, List<Fingerprint> round) {
        return round.stream().filter(own::opposes).count();
    }

    /** All ones unless most are backed by most: else there is no direction that somebody could miss. */
    private static double[] backed(List<Fingerprint> round) {
        long[] backers = round.stream().mapToLong(own -> backers(own, round)).toArray();
        long most =
                Arrays.stream(backers).filter(count -> 2 * count > round.size()).count();
        return 2 * most > round.size()
                ? Arrays.stream(backers)
                        .mapToDouble(count -> (double) count / round.size())
                        .toArray()
                : ones(round.size());
    }

    /** Itself is one, however few coordinates it carries. */
    private static long backers(Fingerprint own, List<Fingerprint> round) {
        return round.stream().filter(other -> other == own || own.backs(other)).count();
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** How far each is on the way from what is usual to the repetition of one earlier round; the most of them. */
    private static double[] replayed(List<Fingerprint> round, List<Fingerprint> recent) {
        double[] most = new double[round.size()];
        SortedMap<Long, List<Fingerprint>> rounds =
                recent.stream().collect(Collectors.groupingBy(Fingerprint::round, TreeMap::new, Collectors.toList()));
        for (List<Fingerprint> earlier : rounds.values()) {
            double[] shares = round.stream()
                    .mapToDouble(own -> own.values() == 0 ? 0 : (double) own.repeated(earlier) / own.values())
                    .toArray();
            double[] sorted = shares.clone();
            Arrays.sort(sorted);
            double usual = sorted[(sorted.length - 1) / 2];
            for (int i = 0; i < most.length && usual <= REPLAY_USUAL_MOST; i++) {
                most[i] = Math.max(most[i], (shares[i] - usual) / (1 - usual));
            }
        }
        return most;
    }
}
