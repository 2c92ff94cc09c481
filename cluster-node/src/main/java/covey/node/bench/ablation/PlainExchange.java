package covey.node.bench.ablation;

import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.port.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the format can't say, in doubles: any number of values a chunk, values as they are, all of Δ, an outer step with
 * momentum. Clipped as contributions are (rule H7), where they are sparse.
 */
final class PlainExchange implements Exchange {
    private final Recipe recipe;
    private final Layout layout;
    private final List<SparseSender> senders = new ArrayList<>();
    private final double[] momentum;
    private long bytes;

    PlainExchange(Recipe recipe, Layout layout) {
        AggregationPolicy policy = recipe.outer().policy();
        if (policy != AggregationPolicy.CONTRIBUTOR_MEAN && policy != AggregationPolicy.MEAN) {
            throw new IllegalArgumentException("policy: " + policy.text() + " (expected: one of the means)");
        }
        this.recipe = recipe;
        this.layout = layout;
        momentum = new double[Math.toIntExact(layout.parameterCount())];
        for (int i = 0; i < recipe.inner().trainers(); i++) {
            senders.add(new SparseSender(recipe.wire(), layout));
        }
    }

    @Override
    public boolean end(long round, List<Engine> trainers) {
        List<float[]> deltas = trainers.stream().map(PlainExchange::delta).toList();
        double[] direction = recipe.wire().kept() == Recipe.DENSE ? mean(deltas) : sparse(round, deltas);
        move(direction, trainers);
        return true;
    }

    /** What error feedback becomes from nothing is Δ. */
    private static float[] delta(Engine engine) {
        engine.clearErrorFeedback();
        engine.fold();
        return StateSections.of(engine).errorFeedback();
    }

    private double[] mean(List<float[]> deltas) {
        double[] mean = new double[momentum.length];
        for (float[] delta : deltas) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += delta[i] / (double) deltas.size();
            }
        }
        // Who is alone averages gradients, at each inner step.
        long times = recipe.inner().trainers() == 1 ? recipe.inner().steps() * (long) Recipe.TRAINERS : deltas.size();
        bytes += times * Float.BYTES * mean.length;
        return mean;
    }

    private double[] sparse(long round, List<float[]> deltas) {
        List<SparseSender.Sent> sent = new ArrayList<>();
        for (int i = 0; i < deltas.size(); i++) {
            SparseSender.Sent one = senders.get(i).send(round, deltas.get(i));
            bytes += one.bytes();
            sent.add(one);
        }
        double[] sums = new double[momentum.length];
        int[] counts = new int[momentum.length];
        for (int part = 0; part < layout.parts().size(); part++) {
            add(part, sent, sums, counts);
        }
        boolean ofAll = recipe.outer().policy() == AggregationPolicy.MEAN;
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= ofAll ? sent.size() : Math.max(1, counts[i]);
        }
        return sums;
    }

    private static void add(int part, List<SparseSender.Sent> sent, double[] sums, int[] counts) {
        double[] norms = sent.stream().mapToDouble(s -> s.squaredNorm(part)).toArray();
        double[] positive = Arrays.stream(norms).filter(n -> n > 0).sorted().toArray();
        double median = positive.length == 0 ? 0 : positive[(positive.length - 1) / 2];
        for (int i = 0; i < norms.length; i++) {
            double factor = norms[i] <= median ? 1 : Math.sqrt(median / norms[i]);
            sent.get(i).add(part, factor, sums, counts);
        }
    }

    private void move(double[] direction, List<Engine> trainers) {
        float[] theta = StateSections.theta(trainers.getFirst());
        double mu = recipe.outer().momentum();
        for (int i = 0; i < theta.length; i++) {
            momentum[i] = mu * momentum[i] + direction[i];
            theta[i] = (float) (theta[i] - recipe.outer().alpha() * (direction[i] + mu * momentum[i]));
        }
        StateSections state = StateSections.ofTheta(theta);
        trainers.forEach(trainer -> trainer.restore(state));
    }

    @Override
    public long bytes() {
        return bytes;
    }
}
