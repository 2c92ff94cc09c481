package covey.protocol.score;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.score.Evidence.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A validator's view of all trainers after a round. Two validators that saw the same outcomes have the same book, to
 * the last bit. Immutable.
 *
 * @param round the last one that counted
 * @param standings by hotkey
 */
public record ScoreBook(long round, SortedMap<Hotkey, Standing> standings) {
    public static final ScoreBook EMPTY = new ScoreBook(0, Collections.emptySortedMap());

    /** @param verdicts by hotkey */
    public record Page(ScoreBook next, List<Verdict> verdicts) {
        /**
         * What a validator says of them on the ledger (rule H7), by hotkey: whether it passed. Nothing while trainers
         * do not yet stand out, or whoever was first by luck would quarter all others.
         */
        public SortedMap<Hotkey, Boolean> evaluations() {
            TreeMap<Hotkey, Boolean> passed = new TreeMap<>();
            if (next.isTelling()) {
                verdicts.forEach(
                        verdict -> evaluation(verdict).ifPresent(passes -> passed.put(verdict.hotkey(), passes)));
            }
            return passed;
        }

        private static Optional<Boolean> evaluation(Verdict verdict) {
            if (verdict.outcome() instanceof Outcome.Copied) {
                return Optional.of(false);
            }
            return switch (verdict.finding()) {
                case PASSED -> Optional.of(true);
                case FAILED -> Optional.of(false);
                case UNDECIDED -> Optional.empty();
            };
        }
    }

    /**
     * What happened in a round.
     *
     * @param outcomes one a trainer, in any order
     * @param agreeing those whose state root of the round before is the agreed one
     * @param tolerance of the losses in nats per token (rule J2)
     */
    public record Round(long round, List<Outcome> outcomes, SortedSet<Hotkey> agreeing, double tolerance) {
        public Round {
            outcomes = outcomes.stream()
                    .sorted(Comparator.comparing(Outcome::hotkey))
                    .toList();
        }
    }

    public ScoreBook {
        standings = Collections.unmodifiableSortedMap(new TreeMap<>(standings));
    }

    public Standing standing(Hotkey hotkey) {
        return standings.getOrDefault(hotkey, Standing.FRESH);
    }

    /** Rounds count once and in order; one that does not come after the last is refused. */
    public Page after(Round happened) {
        if (happened.round() <= round) {
            throw new IllegalArgumentException(
                    "round: " + happened.round() + " (expected: above " + round + ", the last that was scored)");
        }
        SortedMap<Hotkey, Rating> ratings = rate(happened);
        SortedMap<Hotkey, Evidence> evidence = evidence(happened.outcomes());
        boolean telling = Evidence.isTelling(evidence.values());
        TreeMap<Hotkey, Standing> next = new TreeMap<>(standings);
        List<Verdict> verdicts = new ArrayList<>();
        for (Outcome outcome : happened.outcomes()) {
            Standing before = standing(outcome.hotkey());
            Standing rated = before.rated(ratings.getOrDefault(outcome.hotkey(), before.rating()));
            Evidence now = evidence.getOrDefault(outcome.hotkey(), before.evidence());
            Verdict verdict = new Turn(happened, outcome, rated, now, telling).verdict(before);
            verdicts.add(verdict);
            next.put(outcome.hotkey(), verdict.after());
        }
        trim(next);
        return new Page(new ScoreBook(happened.round(), next), List.copyOf(verdicts));
    }

    private boolean isTelling() {
        return Evidence.isTelling(
                standings.values().stream().map(Standing::evidence).toList());
    }

    public Weights weights(WeightRule rule) {
        TreeMap<Hotkey, Double> scores = new TreeMap<>();
        standings.forEach((hotkey, standing) -> scores.put(hotkey, standing.score()));
        return Weights.of(round, scores, rule);
    }

    /** One match of all that were measured; what was refused or copied loses against all of them. */
    private SortedMap<Hotkey, Rating> rate(Round happened) {
        TreeMap<Hotkey, Double> points = new TreeMap<>();
        happened.outcomes().stream()
                .filter(ScoreBook::isPlayer)
                .forEach(outcome -> points.put(outcome.hotkey(), points(outcome)));
        if (points.size() == 1) {
            points.putAll(latest(happened));
        }
        List<Rating> before =
                points.keySet().stream().map(h -> standing(h).rating()).toList();
        List<Rating> after = PlackettLuce.rate(
                before,
                points.values().stream().mapToDouble(Double::doubleValue).toArray());
        TreeMap<Hotkey, Rating> rated = new TreeMap<>();
        for (Hotkey hotkey : points.keySet()) {
            rated.put(hotkey, after.get(rated.size()));
        }
        return rated;
    }

    /**
     * What those had that were measured last of all whose turn it was not. Small rounds pay for the measurement of one
     * trainer only (ScorePlan), which alone would have no match, and so nobody ever a rating. Each measurement counts
     * in one match as the new one and in one as the old one: gains shrink as the model learns.
     */
    private SortedMap<Hotkey, Double> latest(Round happened) {
        TreeMap<Hotkey, Double> points = new TreeMap<>();
        long last = 0;
        for (Outcome outcome : happened.outcomes()) {
            Standing known = standing(outcome.hotkey());
            if (!(outcome instanceof Outcome.Unscored) || known.scoredRound() == 0 || known.scoredRound() < last) {
                continue;
            }
            if (known.scoredRound() > last) {
                points.clear();
            }
            last = known.scoredRound();
            points.put(
                    outcome.hotkey(),
                    known.evidence().scores().getLast().random().mean());
        }
        return points;
    }

    private static boolean isPlayer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Scored _, Outcome.Refused _, Outcome.Flagged _, Outcome.Copied _ -> true;
            case Outcome.Unscored _, Outcome.Missing _ -> false;
        };
    }

    private static double points(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Scored o -> o.score().random().mean();
            case Outcome.Refused _, Outcome.Flagged _, Outcome.Copied _ -> Double.NEGATIVE_INFINITY;
            case Outcome.Unscored _, Outcome.Missing _ -> Double.NaN;
        };
    }

    /** Of all trainers, this round's measurements included. */
    private SortedMap<Hotkey, Evidence> evidence(List<Outcome> outcomes) {
        TreeMap<Hotkey, Evidence> all = new TreeMap<>();
        standings.forEach((hotkey, standing) -> all.put(hotkey, standing.evidence()));
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Scored scored) {
                all.put(scored.hotkey(), standing(scored.hotkey()).evidence().with(scored.score()));
            }
        }
        return all;
    }

    /** One trainer's part of a round. */
    private record Turn(Round happened, Outcome outcome, Standing rated, Evidence evidence, boolean telling) {
        private Finding finding() {
            return evidence.finding(telling);
        }

        Verdict verdict(Standing before) {
            boolean agrees = happened.agreeing().contains(outcome.hotkey());
            Standing synced = rated.withStrayed(agrees ? 0 : rated.strayed() + 1);
            List<Penalty> penalties = penalties();
            Standing after = after(synced);
            double score = after.score();
            for (Penalty penalty : penalties) {
                score *= penalty.factor();
            }
            Finding found = outcome instanceof Outcome.Scored ? finding() : Finding.UNDECIDED;
            return new Verdict(happened.round(), outcome, before, found, penalties, after.withScore(score));
        }

        private Standing after(Standing synced) {
            return switch (outcome) {
                case Outcome.Scored o -> {
                    int indicator = o.score().indicator(happened.tolerance());
                    Standing after = synced.measured(happened.round(), evidence, finding(), indicator);
                    yield after.withScore(Math.max(0, after.product()));
                }
                case Outcome.Missing _ -> synced.withMissing(synced.missing() + 1);
                case Outcome.Copied _ -> synced.copied();
                case Outcome.Unscored _, Outcome.Refused _, Outcome.Flagged _ -> synced.withMissing(0);
            };
        }

        private List<Penalty> penalties() {
            return switch (outcome) {
                case Outcome.Scored _ -> unproven();
                case Outcome.Unscored _ -> List.of();
                case Outcome.Missing _ -> List.of(missing(rated.missing() + 1));
                case Outcome.Refused o -> List.of(new Penalty("rejected, code " + o.code(), 0));
                case Outcome.Flagged o -> List.of(new Penalty(o.finding(), 0));
                case Outcome.Copied o ->
                    List.of(new Penalty("copy of " + o.source().brief() + ", round " + o.sourceRound(), 0));
            };
        }

        /** Where trainers stand out, only who does is paid: a newcomer after a few rounds. */
        private List<Penalty> unproven() {
            if (!telling || finding() == Finding.PASSED) {
                return List.of();
            }
            String reason = finding() == Finding.FAILED
                    ? "no sign of training on its own samples in 16 scored rounds"
                    : "no sign of training on its own samples yet";
            return List.of(new Penalty(reason, 0));
        }

        private static Penalty missing(int rounds) {
            double factor = rounds == 1 ? 0.75 : rounds == 2 ? 0.5 : 0;
            return new Penalty("missing, " + rounds + " in a row", factor);
        }
    }

    /** The least known go first. */
    private static void trim(TreeMap<Hotkey, Standing> standings) {
        while (standings.size() > Limits.REGISTRY_MAX_COUNT) {
            Hotkey oldest = standings.keySet().stream()
                    .min(Comparator.comparingLong((Hotkey h) -> scoredRound(standings, h))
                            .thenComparing(Comparator.naturalOrder()))
                    .orElseThrow();
            standings.remove(oldest);
        }
    }

    private static long scoredRound(SortedMap<Hotkey, Standing> standings, Hotkey hotkey) {
        Standing standing = standings.get(hotkey);
        return standing == null ? 0 : standing.scoredRound();
    }
}
