package covey.compute.model;

import covey.compute.ops.Attention;
import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import covey.compute.tensor.TensorViews;
import covey.protocol.model.ModelShape;
import org.jspecify.annotations.Nullable;

/**
 * A Llama-style decoder over batches of one size: RMSNorm before attention and feed-forward, rotary embedding, causal
 * attention with grouped queries, SwiGLU, and a projection to the vocabulary. Keeps the activations of one batch:
 * used by one thread.
 */
public final class Decoder<B> {
    private static final float NORM_EPSILON = 1e-5f;

    private final Ops<B> ops;
    private final ModelShape shape;
    private final int sequence;
    private final int tokens;
    private final Matrix<B> rotary;
    private final Activations<B> kept;
    private final double[] losses;
    private @Nullable Gradients<B> scratch;

    /** Gradients of activations; one layer's are reused for the next. */
    private record Gradients<B>(Activations.Layer<B> layer, Matrix<B> residual, Matrix<B> normed) {}

    /**
     * @param batch sequences of a batch
     * @param sequence tokens of a sequence, at least 1
     */
    public Decoder(Ops<B> ops, ModelShape shape, int batch, int sequence) {
        this.ops = ops;
        this.shape = shape;
        this.sequence = sequence;
        tokens = batch * sequence;
        rotary = Activations.matrix(ops, sequence, shape.headSize());
        ops.write(RotaryTable.of(sequence, shape.headSize()), rotary.data());
        kept = Activations.allocate(ops, shape, batch, sequence);
        losses = new double[tokens];
    }

    /** Takes the memory that gradients need, which would otherwise be taken when the first is computed. */
    public void reserve() {
        gradients();
    }

    /** Tokens of a batch: batch · sequence. */
    public int tokens() {
        return tokens;
    }

    /**
     * Logits [tokens, vocabulary] of the token after each; valid until the next call.
     *
     * @param inputs sequence after sequence, each token 0 to vocabulary − 1
     */
    public Matrix<B> logits(TensorViews<B> theta, int[] inputs) {
        requireTokens(inputs);
        ops.embed(inputs, theta.embedding(), kept.residual().getFirst());
        for (int l = 0; l < shape.layers(); l++) {
            attend(theta.layers().get(l), kept.layers().get(l), kept.residual().get(l));
            feedForward(
                    theta.layers().get(l), kept.layers().get(l), kept.residual().get(l + 1));
        }
        ops.rmsNorm(kept.residual().getLast(), theta.finalNorm(), NORM_EPSILON, kept.normed(), kept.inverse());
        ops.linear(kept.normed(), theta.output(), kept.logits());
        return kept.logits();
    }

    /**
     * Logits [1, vocabulary] of the token after {@code token}, with the bits that {@link #logits} gives its row. Of a
     * batch's first sequence, whose tokens before {@code position} the last calls of this or that method were given.
     */
    public Matrix<B> nextLogits(TensorViews<B> theta, int token, int position) {
        requireVocabulary(token);
        ops.embed(
                new int[] {token}, theta.embedding(), kept.residual().getFirst().row(position));
        for (int l = 0; l < shape.layers(); l++) {
            TensorViews.Layer<B> p = theta.layers().get(l);
            Activations.Layer<B> row = kept.layers().get(l).row(position);
            Matrix<B> in = kept.residual().get(l).row(position);
            project(p, row, in, rotary.row(position), 1);
            ops.attentionRow(kept.layers().get(l).attention(), position);
            mix(p, row, in);
            feedForward(p, row, kept.residual().get(l + 1).row(position));
        }
        Matrix<B> normed = kept.normed().row(position);
        Matrix<B> last = kept.residual().getLast().row(position);
        ops.rmsNorm(
                last, theta.finalNorm(), NORM_EPSILON, normed, kept.inverse().row(position));
        ops.linear(normed, theta.output(), kept.logits().row(position));
        return kept.logits().row(position);
    }

    private void requireTokens(int[] values) {
        if (values.length != tokens) {
            throw new IllegalArgumentException("tokens: " + values.length + " (expected: " + tokens + ")");
        }
        for (int token : values) {
            requireVocabulary(token);
        }
    }

    private void requireVocabulary(int token) {
        if (token < 0 || token >= shape.vocabulary()) {
            throw new IllegalArgumentException(
                    "token: " + token + " (expected: 0 to " + (shape.vocabulary() - 1) + ", the vocabulary)");
        }
    }

    private void attend(TensorViews.Layer<B> p, Activations.Layer<B> a, Matrix<B> in) {
        project(p, a, in, rotary, sequence);
        ops.attention(a.attention());
        mix(p, a, in);
    }

    /** @param angles of positions, as many as a sequence has */
    private void project(
            TensorViews.Layer<B> p, Activations.Layer<B> a, Matrix<B> in, Matrix<B> angles, int positions) {
        Attention<B> heads = a.attention();
        ops.rmsNorm(in, p.attentionNorm(), NORM_EPSILON, a.attentionNormed(), a.attentionInverse());
        ops.linear(a.attentionNormed(), p.query(), heads.query());
        ops.linear(a.attentionNormed(), p.key(), heads.key());
        ops.linear(a.attentionNormed(), p.value(), heads.value());
        ops.rotate(heads.query(), angles, positions, false);
        ops.rotate(heads.key(), angles, positions, false);
    }

    private void mix(TensorViews.Layer<B> p, Activations.Layer<B> a, Matrix<B> in) {
        ops.linear(a.attention().out(), p.attentionOut(), a.middle());
        ops.add(in, a.middle());
    }

    private void feedForward(TensorViews.Layer<B> p, Activations.Layer<B> a, Matrix<B> out) {
        ops.rmsNorm(a.middle(), p.ffnNorm(), NORM_EPSILON, a.ffnNormed(), a.ffnInverse());
        ops.linear(a.ffnNormed(), p.gate(), a.gate());
        ops.linear(a.ffnNormed(), p.up(), a.up());
        ops.swiGlu(a.gate(), a.up(), a.active());
        ops.linear(a.active(), p.down(), out);
        ops.add(a.middle(), out);
    }

    /** Losses of each token in nats; valid until the next call. */
    public double[] losses(TensorViews<B> theta, int[] inputs, int[] targets) {
        requireTokens(targets);
        ops.crossEntropy(logits(theta, inputs), targets, 1f, losses);
        return losses;
    }

    /** Mean loss of the batch in nats a token; its gradient is added to {@code gradient}. */
    public double lossAndGradient(TensorViews<B> theta, TensorViews<B> gradient, int[] inputs, int[] targets) {
        requireTokens(targets);
        ops.crossEntropy(logits(theta, inputs), targets, 1f / tokens, losses);
        backward(theta, gradient, inputs);
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / tokens;
    }

    private void backward(TensorViews<B> theta, TensorViews<B> gradient, int[] inputs) {
        Gradients<B> d = gradients();
        ops.linearParameterGradient(kept.logits(), kept.normed(), gradient.output());
        ops.linearInputGradient(kept.logits(), theta.output(), d.normed(), false);
        ops.clear(d.residual().data());
        ops.rmsNormGradient(
                kept.residual().getLast(),
                theta.finalNorm(),
                kept.inverse(),
                d.normed(),
                d.residual(),
                gradient.finalNorm());
        for (int l = shape.layers() - 1; l >= 0; l--) {
            Step<B> step = new Step<>(
                    theta.layers().get(l),
                    gradient.layers().get(l),
                    kept.layers().get(l));
            feedForwardGradient(step, d);
            attendGradient(step, kept.residual().get(l), d);
        }
        ops.embedGradient(inputs, d.residual(), gradient.embedding());
    }

    /** One layer's tensors on the way back. */
    private record Step<B>(TensorViews.Layer<B> theta, TensorViews.Layer<B> gradient, Activations.Layer<B> kept) {}

    private Gradients<B> gradients() {
        Gradients<B> made = scratch;
        if (made == null) {
            made = new Gradients<>(
                    Activations.layer(ops, shape, tokens, sequence),
                    Activations.matrix(ops, tokens, shape.width()),
                    Activations.matrix(ops, tokens, shape.width()));
            scratch = made;
        }
        return made;
    }

    /** d.residual: in, the gradient of what leaves the layer; out, that of its middle. */
    private void feedForwardGradient(Step<B> step, Gradients<B> d) {
        TensorViews.Layer<B> p = step.theta();
        TensorViews.Layer<B> g = step.gradient();
        Activations.Layer<B> a = step.kept();
        Activations.Layer<B> da = d.layer();
        ops.linearParameterGradient(d.residual(), a.active(), g.down());
        ops.linearInputGradient(d.residual(), p.down(), da.active(), false);
        ops.swiGluGradient(a.gate(), a.up(), da.active(), da.gate(), da.up());
        linearGradient(a.ffnNormed(), p.gate(), g.gate(), da.gate(), da.ffnNormed(), false);
        linearGradient(a.ffnNormed(), p.up(), g.up(), da.up(), da.ffnNormed(), true);
        ops.rmsNormGradient(a.middle(), p.ffnNorm(), a.ffnInverse(), da.ffnNormed(), d.residual(), g.ffnNorm());
    }

    /** d.residual: in, the gradient of the layer's middle; out, that of what enters the layer. */
    private void attendGradient(Step<B> step, Matrix<B> in, Gradients<B> d) {
        TensorViews.Layer<B> p = step.theta();
        TensorViews.Layer<B> g = step.gradient();
        Activations.Layer<B> a = step.kept();
        Attention<B> heads = d.layer().attention();
        Matrix<B> dNormed = d.layer().attentionNormed();
        ops.linearParameterGradient(d.residual(), a.attention().out(), g.attentionOut());
        ops.linearInputGradient(d.residual(), p.attentionOut(), heads.out(), false);
        ops.attentionGradient(a.attention(), heads);
        ops.rotate(heads.query(), rotary, sequence, true);
        ops.rotate(heads.key(), rotary, sequence, true);
        linearGradient(a.attentionNormed(), p.query(), g.query(), heads.query(), dNormed, false);
        linearGradient(a.attentionNormed(), p.key(), g.key(), heads.key(), dNormed, true);
        linearGradient(a.attentionNormed(), p.value(), g.value(), heads.value(), dNormed, true);
        ops.rmsNormGradient(in, p.attentionNorm(), a.attentionInverse(), dNormed, d.residual(), g.attentionNorm());
    }

    private void linearGradient(Matrix<B> x, Matrix<B> p, Matrix<B> g, Matrix<B> dy, Matrix<B> dx, boolean accumulate) {
        ops.linearParameterGradient(dy, x, g);
        ops.linearInputGradient(dy, p, dx, accumulate);
    }
}
