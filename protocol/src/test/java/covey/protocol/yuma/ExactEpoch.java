package covey.protocol.yuma;

import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Optional;

/**
 * Yuma consensus in decimal numbers of 50 digits, written from the definitions and not from the product's code: the
 * median by trying each weight, no fixed point, no truncation.
 */
final class ExactEpoch {
    private static final MathContext DIGITS = new MathContext(50);
    private static final BigDecimal ZERO = BigDecimal.ZERO;
    private static final BigDecimal ONE = BigDecimal.ONE;
    /** An absent entry. */
    private static final BigDecimal NONE = ONE.negate();

    private final Yuma yuma;
    private final Optional<LiquidAlpha> liquid;
    private final boolean third;
    private final EpochInput in;
    private final int n;

    final BigDecimal[] active;
    final BigDecimal[] consensus;
    final BigDecimal[] trust;
    final BigDecimal[] incentive;
    final BigDecimal[] dividends;
    /** How close a decision between two branches was; below 1e-6 rounding may decide it. */
    BigDecimal margin = ONE;

    ExactEpoch(EpochRule rule, EpochInput in) {
        this.in = in;
        this.n = in.slots().size();
        switch (rule) {
            case EpochRule.Yuma2 r -> {
                yuma = r.yuma();
                third = false;
                liquid = Optional.empty();
            }
            case EpochRule.Yuma3 r -> {
                yuma = r.yuma();
                third = true;
                liquid = r.liquid();
            }
            case EpochRule.Linear _ -> throw new IllegalArgumentException("not Yuma");
        }
        active = activeStake();
        BigDecimal[][] w = weights();
        consensus = zeros();
        for (int j = 0; j < n; j++) {
            consensus[j] = median(w, j);
        }
        BigDecimal[][] clipped = new BigDecimal[n][n];
        trust = zeros();
        incentive = zeros();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean gone = w[i][j].signum() > 0 && consensus[j].signum() == 0;
                clipped[i][j] = gone ? NONE : w[i][j].min(consensus[j]);
                trust[i] = trust[i].add(or0(clipped[i][j]));
                incentive[j] = incentive[j].add(active[i].multiply(or0(clipped[i][j]), DIGITS));
            }
        }
        normalize(incentive);
        dividends = dividends(forBonds(w, clipped));
    }

    private BigDecimal[] activeStake() {
        BigDecimal[] all = zeros();
        for (int i = 0; i < n; i++) {
            Slot s = in.slots().get(i);
            if ((s.stake() >= yuma.stakeThreshold() || owner(i))
                    && (s.permit() || owner(i))
                    && s.lastUpdate() + yuma.activityCutoffBlocks() >= in.block()) {
                all[i] = BigDecimal.valueOf(s.stake());
            }
        }
        normalize(all);
        return all;
    }

    private boolean owner(int i) {
        return in.owner().isPresent() && in.owner().getAsInt() == i;
    }

    private BigDecimal[][] weights() {
        BigDecimal[][] w = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            Slot s = in.slots().get(i);
            BigDecimal[] row = w[i];
            Arrays.fill(row, NONE);
            int self = i;
            if (s.permit() || owner(i)) {
                s.weights().stream()
                        .filter(c -> c.uid() != self || owner(self))
                        .filter(c -> s.lastUpdate() > in.slots().get(c.uid()).registered())
                        .filter(c -> !yuma.commitReveal()
                                || s.commit().isEmpty()
                                || s.commit().getAsLong()
                                        >= in.slots().get(c.uid()).registered())
                        .forEach(c -> row[c.uid()] = BigDecimal.valueOf(c.value()));
            }
            BigDecimal sum = Arrays.stream(row).map(ExactEpoch::or0).reduce(ZERO, BigDecimal::add);
            for (int j = 0; j < n && sum.signum() > 0; j++) {
                row[j] = row[j].signum() < 0 ? NONE : row[j].divide(sum, DIGITS);
            }
        }
        return w;
    }

    /** The largest weight that at least kappa of the stake gives or exceeds; 0 if none. */
    private BigDecimal median(BigDecimal[][] w, int j) {
        BigDecimal kappa = fraction(yuma.kappaU16());
        BigDecimal best = ZERO;
        for (int i = 0; i < n; i++) {
            if (active[i].signum() > 0) {
                BigDecimal score = or0(w[i][j]);
                BigDecimal behind = ZERO;
                for (int k = 0; k < n; k++) {
                    behind = or0(w[k][j]).compareTo(score) >= 0 ? behind.add(active[k]) : behind;
                }
                margin = margin.min(behind.subtract(kappa).abs());
                best = behind.compareTo(kappa) >= 0 ? best.max(score) : best;
            }
        }
        return best;
    }

    private BigDecimal[][] forBonds(BigDecimal[][] w, BigDecimal[][] clipped) {
        BigDecimal beta = fraction(yuma.bondsPenaltyU16());
        BigDecimal[][] mixed = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (beta.signum() == 0) {
                    mixed[i][j] = w[i][j];
                } else if (beta.compareTo(ONE) == 0) {
                    mixed[i][j] = clipped[i][j];
                } else {
                    BigDecimal m = w[i][j].add(beta.multiply(or0(clipped[i][j]).subtract(w[i][j]), DIGITS));
                    mixed[i][j] = w[i][j].signum() > 0 && m.signum() > 0 ? m : NONE;
                }
            }
        }
        return mixed;
    }

    private BigDecimal[] dividends(BigDecimal[][] w) {
        BigDecimal alpha = ONE.subtract(BigDecimal.valueOf(yuma.bondsMovingAveragePpm(), 6));
        boolean agreed = Arrays.stream(consensus).anyMatch(c -> c.signum() > 0);
        BigDecimal[][] before = bonds();
        BigDecimal[][] now = new BigDecimal[n][n];
        if (!third) {
            normalizeColumns(before);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    now[i][j] = or0(w[i][j]).multiply(active[i], DIGITS);
                }
            }
            normalizeColumns(now);
        }
        BigDecimal[][] bonds = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                BigDecimal aim = third ? or0(w[i][j]) : now[i][j];
                if (third && liquid.isPresent() && agreed) {
                    BigDecimal rate = rate(liquid.get(), aim, before[i][j], consensus[j]);
                    bonds[i][j] = w[i][j].signum() < 0
                            ? ZERO
                            : mix(rate, aim, before[i][j]).min(ONE);
                } else {
                    bonds[i][j] = mix(alpha, aim, before[i][j]);
                }
            }
        }
        normalizeColumns(bonds);
        BigDecimal[] result = zeros();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                result[i] = result[i].add(bonds[i][j].multiply(incentive[j], DIGITS));
            }
            result[i] = third ? result[i].multiply(active[i], DIGITS) : result[i];
        }
        normalize(result);
        return result;
    }

    private static BigDecimal mix(BigDecimal alpha, BigDecimal now, BigDecimal before) {
        return alpha.multiply(now, DIGITS).add(ONE.subtract(alpha).multiply(before, DIGITS));
    }

    private static BigDecimal rate(LiquidAlpha a, BigDecimal w, BigDecimal b, BigDecimal c) {
        BigDecimal d =
                (w.compareTo(b) >= 0 ? w.subtract(c) : b.subtract(w)).max(ZERO).min(ONE);
        double s = 1 / (1 + Math.exp(-a.steepness() / 100.0 * (d.doubleValue() - 0.5)));
        return mix(new BigDecimal(s), fraction(a.highU16()), fraction(a.lowU16()));
    }

    private BigDecimal[][] bonds() {
        BigDecimal[][] bonds = new BigDecimal[n][n];
        for (int i = 0; i < n; i++) {
            Arrays.fill(bonds[i], ZERO);
            BigDecimal[] row = bonds[i];
            in.slots().get(i).bonds().stream()
                    .filter(c -> in.slots().get(c.uid()).registered() < in.lastTempo())
                    .filter(c -> !in.slots().get(c.uid()).resetsBonds())
                    .forEach(c -> row[c.uid()] = fraction(c.value()));
        }
        return bonds;
    }

    private void normalizeColumns(BigDecimal[][] m) {
        for (int j = 0; j < n; j++) {
            BigDecimal sum = ZERO;
            for (int i = 0; i < n; i++) {
                sum = sum.add(m[i][j]);
            }
            for (int i = 0; i < n && sum.signum() > 0; i++) {
                m[i][j] = m[i][j].divide(sum, DIGITS);
            }
        }
    }

    private static void normalize(BigDecimal[] values) {
        BigDecimal sum = Arrays.stream(values).reduce(ZERO, BigDecimal::add);
        for (int i = 0; i < values.length && sum.signum() > 0; i++) {
            values[i] = values[i].divide(sum, DIGITS);
        }
    }

    private BigDecimal[] zeros() {
        BigDecimal[] all = new BigDecimal[n];
        Arrays.fill(all, ZERO);
        return all;
    }

    private static BigDecimal fraction(int u16) {
        return BigDecimal.valueOf(u16).divide(BigDecimal.valueOf(65535), DIGITS);
    }

    private static BigDecimal or0(BigDecimal value) {
        return value.max(ZERO);
    }
}
