package covey.actors.judge;

import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Rejection;
import covey.protocol.inspect.CheapCheck;
import covey.protocol.inspect.CopyCheck;
import covey.protocol.inspect.Fingerprint;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.outer.OuterStep;
import covey.protocol.outer.PreparedStep;
import covey.protocol.port.Engine;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScorePlan;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What can be said of a sealed round before any loss is measured: who is missing, refused, a copier or out of line,
 * and who of the others is to be measured. Used by one thread.
 */
final class Review {
    /** Largest trial step in units of α (rule J1). */
    private static final double TRIAL = 0.2;

    private final RoundState closed;
    private final ScorePlan plan;
    private final SortedMap<Hotkey, Accepted> accepted = new TreeMap<>();
    private final SortedMap<Hotkey, Outcome> outcomes = new TreeMap<>();
    private final List<Fingerprint> fingerprints = new ArrayList<>();

    /** An accepted contribution. */
    private record Accepted(Commitment commitment, MemorySegment content, ContributionHeader header) {}

    /** What to measure of one trainer. */
    record Target(Hotkey hotkey, List<Long> own, Engine.Trial trial) {}

    Review(RoundState closed, ScorePlan plan) {
        this.closed = closed;
        this.plan = plan;
    }

    /**
     * Takes what the ledger says, and the contents that are here, in the order of commits.
     *
     * @param recent fingerprints of earlier rounds, oldest first
     */
    void take(
            SealedRound sealed,
            Function<ContentId, Optional<MemorySegment>> contents,
            Layout layout,
            List<Fingerprint> recent) {
        sealed.refused().forEach(this::refused);
        for (Commitment commitment : closed.commits()) {
            if (!outcomes.containsKey(commitment.hotkey())) {
                contents.apply(commitment.contribution()).ifPresent(content -> accept(commitment, content));
            }
        }
        closed.eligible().stream()
                .filter(hotkey -> closed.commitment(hotkey).isEmpty())
                .forEach(hotkey -> put(new Outcome.Missing(hotkey)));
        inspect(layout, recent);
    }

    private void put(Outcome outcome) {
        outcomes.put(outcome.hotkey(), outcome);
    }

    private void refused(Refused refused) {
        put(
                switch (refused.code()) {
                    case 0 -> new Outcome.Missing(refused.hotkey());
                    case Refused.NO_JUDGE -> new Outcome.Unscored(refused.hotkey());
                    default -> new Outcome.Refused(refused.hotkey(), refused.code());
                });
    }

    private void accept(Commitment commitment, MemorySegment content) {
        Hotkey hotkey = commitment.hotkey();
        try {
            ContributionHeader header = ContributionReader.read(content).header();
            if (plan.isAssigned(closed, hotkey, header.steps(), header.samples())) {
                accepted.put(hotkey, new Accepted(commitment, content, header));
            } else {
                put(new Outcome.Refused(hotkey, Rejection.SAMPLES.code()));
            }
        } catch (Malformed e) {
            throw new IllegalStateException("contribution: not checked (" + e.rule() + ")", e);
        }
    }

    private void inspect(Layout layout, List<Fingerprint> recent) {
        for (Commitment commitment : closed.commits()) {
            Accepted own = accepted.get(commitment.hotkey());
            if (own != null) {
                fingerprints.add(Fingerprint.of(
                        commitment.hotkey(), closed.round(), ContributionReader.planesOf(own.content(), layout)));
            }
        }
        CheapCheck.of(fingerprints, recent)
                .forEach(seen -> seen.finding().ifPresent(finding -> put(new Outcome.Flagged(seen.hotkey(), finding))));
        CopyCheck.find(fingerprints, recent)
                .forEach(copy ->
                        put(new Outcome.Copied(copy.hotkey(), copy.source(), copy.sourceRound(), copy.overlap())));
    }

    /** Of the accepted ones, in the order of commits. */
    List<Fingerprint> fingerprints() {
        return List.copyOf(fingerprints);
    }

    /** Whom to measure; the trial steps are clipped as all accepted contributions together say. */
    List<Target> targets(OuterStep outerStep, Layout layout, double alpha, ToLongFunction<Hotkey> lastScored) {
        List<Hotkey> order = List.copyOf(accepted.keySet());
        List<Hotkey> candidates =
                order.stream().filter(h -> !outcomes.containsKey(h)).toList();
        PreparedStep prepared = outerStep.prepare(accepted.values().stream()
                .map(a -> new Engine.Applied(a.commitment().hotkey(), a.content(), 0))
                .toList());
        List<int[]> factors = new ArrayList<>();
        for (int part = 0; part < layout.parts().size(); part++) {
            factors.add(prepared.clipFactors(part));
        }
        return plan.choose(closed, candidates, lastScored).stream()
                .map(hotkey -> target(hotkey, clip(factors, order.indexOf(hotkey)), TRIAL * alpha))
                .sorted(Comparator.comparing(Target::hotkey))
                .toList();
    }

    private Target target(Hotkey hotkey, List<Integer> clip, double step) {
        Accepted own = accepted.get(hotkey);
        if (own == null) {
            throw new IllegalStateException(hotkey + ": not accepted");
        }
        return new Target(
                hotkey, plan.own(closed, hotkey, own.header().steps()), new Engine.Trial(own.content(), clip, step));
    }

    private static List<Integer> clip(List<int[]> factors, int index) {
        return factors.stream().map(part -> part[index]).toList();
    }

    /** Of all trainers, those that were not measured included. */
    List<Outcome> outcomes(List<Outcome.Scored> scored) {
        SortedMap<Hotkey, Outcome> all = new TreeMap<>();
        accepted.keySet().forEach(hotkey -> all.put(hotkey, new Outcome.Unscored(hotkey)));
        scored.forEach(outcome -> all.put(outcome.hotkey(), outcome));
        all.putAll(outcomes);
        return List.copyOf(all.values());
    }
}
