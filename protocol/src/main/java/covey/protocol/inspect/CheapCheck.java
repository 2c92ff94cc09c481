package covey.protocol.inspect;

import covey.protocol.outer.Norm;
import java.util.ArrayList;
import java.util.List;

/** Inspects all contributions of a round at once; for every contribution, every round. */
public final class CheapCheck {
    /** Fewer coordinates in common with others say nothing about signs. */
    private static final int COMMON_LEAST = 64;
    /** Among fewer contributions nobody can say who is out of line. */
    private static final int ROUND_LEAST = 3;

    private CheapCheck() {}

    /** In the order given. */
    public static List<Inspection> of(List<Fingerprint> round) {
        boolean comparable = round.size() >= ROUND_LEAST;
        double median = median(round);
        List<Inspection> inspections = new ArrayList<>();
        for (Fingerprint own : round) {
            inspections.add(new Inspection(
                    own.hotkey(),
                    comparable ? Math.sqrt(own.norm().toDouble() / median) : 1,
                    comparable ? signAgreement(own, round) : Double.NaN,
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

    private static double signAgreement(Fingerprint own, List<Fingerprint> round) {
        long common = 0;
        long agreeing = 0;
        for (Fingerprint other : round) {
            if (other != own) {
                common += own.common(other);
                agreeing += own.agreeing(other);
            }
        }
        return common < COMMON_LEAST ? Double.NaN : (double) agreeing / common;
    }
}
