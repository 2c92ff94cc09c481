package covey.compute.engine;

import java.util.SplittableRandom;

/** Chooses the next token from logits. Used by one thread. */
final class Sampler {
    private final double temperature;
    private final SplittableRandom random;

    /** @param temperature at least 0; 0 takes the likeliest token */
    Sampler(double temperature, long seed) {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature: " + temperature + " (expected: 0 to 100)");
        }
        this.temperature = temperature;
        random = new SplittableRandom(seed);
    }

    int next(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return temperature == 0 ? best : draw(logits, logits[best]);
    }

    private int draw(float[] logits, double max) {
        double[] cumulative = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += StrictMath.exp((logits[i] - max) / temperature);
            cumulative[i] = sum;
        }
        double mark = random.nextDouble() * sum;
        int chosen = 0;
        while (chosen < logits.length - 1 && cumulative[chosen] <= mark) {
            chosen++;
        }
        return chosen;
    }
}
