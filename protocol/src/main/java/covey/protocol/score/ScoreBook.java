package covey.protocol.score;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.score.Evidence.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
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
    public record Page(ScoreBook next, List<Verdict> verdicts) {}

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
        SortedMap<Hotkey, Rating> ratings = rate(happened.outcomes());
        TreeMap<Hotkey, Standing> next = new TreeMap<>(standings);
        List<Verdict> verdicts = new ArrayList<>();
        for (Outcome outcome : happened.outcomes()) {
            Standing before = standing(outcome.hotkey());
            Rating rating = ratings.getOrDefault(outcome.hotkey(), before.rating());
            Verdict verdict = judge(happened, outcome, before, rating);
            verdicts.add(verdict);
            next.put(outcome.hotkey(), verdict.after());
        }
        trim(next);
        return new Page(new ScoreBook(happened.round(), next), List.copyOf(verdicts));
    }

    public Weights weights(WeightRule rule) {
        TreeMap<Hotkey, Double> scores = new TreeMap<>();
        standings.forEach((hotkey, standing) -> scores.put(hotkey, standing.score()));
        return Weights.of(round, scores, rule);
    }

    /** One match of all that were measured; what was refused or copied loses against all of them. */
    private SortedMap<Hotkey, Rating> rate(List<Outcome> outcomes) {
        List<Outcome> players = outcomes.stream().filter(o -> isPlayer(o)).toList();
        List<Rating> before =
                players.stream().map(o -> standing(o.hotkey()).rating()).toList();
        List<Rating> after = PlackettLuce.rate(
                before, players.stream().mapToDouble(ScoreBook::points).toArray());
        TreeMap<Hotkey, Rating> rated = new TreeMap<>();
        for (int i = 0; i < players.size(); i++) {
            rated.put(players.get(i).hotkey(), after.get(i));
        }
        return rated;
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

    private static Verdict judge(Round happened, Outcome outcome, Standing before, Rating rating) {
        boolean agrees = happened.agreeing().contains(outcome.hotkey());
        Standing synced = before.withStrayed(agrees ? 0 : before.strayed() + 1);
        List<Penalty> penalties = new ArrayList<>();
        Standing after = switch (outcome) {
            case Outcome.Scored o -> measured(happened, o, synced, rating, penalties);
            case Outcome.Unscored _ -> synced.withMissing(0);
            case Outcome.Missing _ -> missed(synced, penalties);
            case Outcome.Refused o -> {
                penalties.add(new Penalty("rejected, code " + o.code(), 0));
                yield synced.rated(rating).withMissing(0);
            }
            case Outcome.Flagged o -> {
                penalties.add(new Penalty(o.finding(), 0));
                yield synced.rated(rating).withMissing(0);
            }
            case Outcome.Copied o -> {
                penalties.add(new Penalty("copy of " + o.source().brief() + ", round " + o.sourceRound(), 0));
                yield synced.reset();
            }
        };
        double score = after.score();
        for (Penalty penalty : penalties) {
            score *= penalty.factor();
        }
        return new Verdict(happened.round(), outcome, before, penalties, after.withScore(score));
    }

    private static Standing measured(
            Round happened, Outcome.Scored outcome, Standing before, Rating rating, List<Penalty> penalties) {
        Standing after = before.measured(happened.round(), outcome.score(), rating, happened.tolerance());
        if (after.evidence().finding() == Finding.FAILED) {
            penalties.add(new Penalty("no sign of training on its own samples in 16 scored rounds", 0));
        }
        return after.withScore(Math.max(0, after.product()));
    }

    private static Standing missed(Standing before, List<Penalty> penalties) {
        int rounds = before.missing() + 1;
        double factor = rounds == 1 ? 0.75 : rounds == 2 ? 0.5 : 0;
        penalties.add(new Penalty("missing, " + rounds + " in a row", factor));
        return before.withMissing(rounds);
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
