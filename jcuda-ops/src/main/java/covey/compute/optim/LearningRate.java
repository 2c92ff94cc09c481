package covey.compute.optim;

import covey.protocol.model.Genesis;

/**
 * The learning rate by inner steps of the run (rule H9): linear warm-up, then constant, or a cosine down to a final
 * share of the peak if the run has an end.
 */
public record LearningRate(double peak, int warmupSteps, long totalSteps, double finalRatio) {
    public static LearningRate of(Genesis.Training training) {
        return new LearningRate(
                training.peakLearningRate(), training.warmupSteps(), training.totalSteps(), training.finalRatio());
    }

    /** @param step appliedRounds · H + j, j from 0 in each round */
    public double at(long step) {
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        if (totalSteps == 0) {
            return peak;
        }
        double progress = Math.min(1, (step - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps));
        double cosine = 0.5 * (1 + StrictMath.cos(Math.PI * progress));
        return peak * (finalRatio + (1 - finalRatio) * cosine);
    }
}
