package covey.node.bench.ablation;

import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.ModelShape;
import java.util.Locale;

/** One way to train: what trainers do, what they send and what becomes of it. */
record Recipe(Inner inner, Wire wire, Outer outer) {
    /** Inner steps of each trainer in a run, whatever the length of its rounds. */
    static final int STEPS = 240;
    /** Trainers of a run; their windows together are the batch of one trainer that is alone. */
    static final int TRAINERS = 4;

    /** Windows of an inner step of each, of so many tokens. */
    static final int BATCH = 2;

    static final int SEQUENCE = 64;
    /** Of all trainers in a run. */
    static final double TOKENS = (double) STEPS * BATCH * TRAINERS * SEQUENCE;
    /** Values kept of 4096 that mean all of them, and none is encoded. */
    static final int DENSE = 0;
    /** Bits a value that mean that values are sent as they are. */
    static final int EXACT = 0;

    /**
     * @param trainers 1, or {@link #TRAINERS}
     * @param steps H, a divisor of {@link #STEPS}
     * @param rate peak of the learning rate
     * @param moments whether Adam's moments last from round to round
     */
    record Inner(int trainers, int steps, double rate, boolean moments) {
        int batch() {
            return BATCH * TRAINERS / trainers;
        }

        int rounds() {
            return STEPS / steps;
        }
    }

    /**
     * @param kept of 4096 values, or {@link #DENSE}
     * @param bits a value: 1, 2 or {@link #EXACT}
     * @param decay β of error feedback
     * @param feedback whether what was not sent is kept
     * @param turns in each round one chunk of so many is sent
     * @param lost share of contributions that do not arrive; error feedback takes these back
     */
    record Wire(int kept, int bits, double decay, boolean feedback, int turns, double lost) {}

    /** @param momentum of Nesterov's kind; 0 = none */
    record Outer(AggregationPolicy policy, double alpha, double momentum) {}

    /** The default of a run. */
    static final Recipe DEFAULT = new Recipe(
            new Inner(TRAINERS, 15, 2e-3, true),
            new Wire(64, 1, 0.95, true, 1, 0),
            new Outer(AggregationPolicy.CONTRIBUTOR_MEAN, 1, 0));

    /** nano with shorter windows. */
    static ModelShape shape() {
        return new ModelShape(256, 64, 2, 2, 2, 192, SEQUENCE, true);
    }

    Recipe steps(int steps) {
        return new Recipe(new Inner(inner.trainers, steps, inner.rate, inner.moments), wire, outer);
    }

    Recipe rate(double rate) {
        return new Recipe(new Inner(inner.trainers, inner.steps, rate, inner.moments), wire, outer);
    }

    Recipe forgettingMoments() {
        return new Recipe(new Inner(inner.trainers, inner.steps, inner.rate, false), wire, outer);
    }

    /** Gradients of all trainers averaged at each inner step: one trainer with all their windows. */
    Recipe dataParallel() {
        return new Recipe(new Inner(1, inner.steps, inner.rate, true), wire, outer).dense();
    }

    Recipe kept(int kept) {
        return with(new Wire(kept, wire.bits, wire.decay, wire.feedback, wire.turns, wire.lost));
    }

    Recipe dense() {
        return with(new Wire(DENSE, EXACT, wire.decay, false, 1, 0));
    }

    Recipe bits(int bits) {
        return with(new Wire(wire.kept, bits, wire.decay, wire.feedback, wire.turns, wire.lost));
    }

    Recipe decay(double decay) {
        return with(new Wire(wire.kept, wire.bits, decay, wire.feedback, wire.turns, wire.lost));
    }

    Recipe withoutFeedback() {
        return with(new Wire(wire.kept, wire.bits, wire.decay, false, wire.turns, wire.lost));
    }

    Recipe turns(int turns) {
        return with(new Wire(wire.kept, wire.bits, wire.decay, wire.feedback, turns, wire.lost));
    }

    Recipe lost(double lost) {
        return with(new Wire(wire.kept, wire.bits, wire.decay, wire.feedback, wire.turns, lost));
    }

    private Recipe with(Wire next) {
        return new Recipe(inner, next, outer);
    }

    Recipe policy(AggregationPolicy policy) {
        return new Recipe(inner, wire, new Outer(policy, outer.alpha, outer.momentum));
    }

    Recipe alpha(double alpha) {
        return new Recipe(inner, wire, new Outer(outer.policy, alpha, outer.momentum));
    }

    Recipe momentum(double momentum) {
        return new Recipe(inner, wire, new Outer(outer.policy, outer.alpha, momentum));
    }

    /** Whether contributions of format version 1 can say it; then they do. */
    boolean isOfFormat() {
        return wire.kept == 64 && wire.bits != EXACT && wire.turns == 1 && outer.momentum == 0;
    }

    /** Names it in files of results. */
    String text() {
        return String.format(
                Locale.ROOT,
                "R%d H%d lr%s%s k%d bits%d beta%s%s turns%d lost%s %s alpha%s mu%s",
                inner.trainers,
                inner.steps,
                inner.rate,
                inner.moments ? "" : " forgetting",
                wire.kept,
                wire.bits,
                wire.decay,
                wire.feedback ? "" : " open",
                wire.turns,
                wire.lost,
                outer.policy.text(),
                outer.alpha,
                outer.momentum);
    }
}
