package covey.protocol.inspect;

import covey.protocol.outer.Norm;
import java.util.ArrayList;
import java.util.List;

/** Inspects all contributions of a round at once; for every contribution, every round. */
public final class CheapCheck {
    /** Fewer coordinates in common with others say nothing about signs. */
    private static final int COMMON_LEAST = 64;

    private CheapCheck() {}

    /** In the order given. */
    public static List<Inspection> of(List<Fingerprint> round) {
        double median = median(round);
        List<Inspection> inspections = new ArrayList<>();
        for (Fingerprint own : round) {
            inspections.add(new Inspection(
                    own.hotkey(),
                    Math.sqrt(own.norm().toDouble() / median),
                    signAgreement(own, round),
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
