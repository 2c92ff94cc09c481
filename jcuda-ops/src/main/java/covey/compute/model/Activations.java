package covey.compute.model;

import covey.compute.ops.Attention;
import covey.compute.ops.Ops;
import covey.compute.tensor.Matrix;
import covey.protocol.model.ModelShape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the forward pass keeps for the backward pass, for sequences of one length.
 *
 * @param residual one more than layers: what enters each layer, and what leaves the last
 * @param normed of the last residual
 * @param inverse of the last norm
 * @param logits [tokens, vocabulary]
 */
record Activations<B>(
        List<Matrix<B>> residual, List<Layer<B>> layers, Matrix<B> normed, Matrix<B> inverse, Matrix<B> logits) {
    /**
     * Of one layer; also used for the gradients of these.
     *
     * @param middle the residual between attention and feed-forward
     */
    record Layer<B>(
            Matrix<B> attentionNormed,
            Matrix<B> attentionInverse,
            Attention<B> attention,
            Matrix<B> middle,
            Matrix<B> ffnNormed,
            Matrix<B> ffnInverse,
            Matrix<B> gate,
            Matrix<B> up,
            Matrix<B> active) {
        /** One token's row of each; probabilities stay whole. */
        Layer<B> row(int index) {
            return new Layer<>(
                    attentionNormed.row(index),
                    attentionInverse.row(index),
                    new Attention<>(
                            attention.shape(),
                            attention.query().row(index),
                            attention.key().row(index),
                            attention.value().row(index),
                            attention.probabilities(),
                            attention.out().row(index)),
                    middle.row(index),
                    ffnNormed.row(index),
                    ffnInverse.row(index),
                    gate.row(index),
                    up.row(index),
                    active.row(index));
        }
    }

    /** Allocates for {@code batch} sequences of {@code sequence} tokens. */
    static <B> Activations<B> allocate(Ops<B> ops, ModelShape shape, int batch, int sequence) {
        int tokens = batch * sequence;
        List<Matrix<B>> residual = IntStream.rangeClosed(0, shape.layers())
                .mapToObj(l -> matrix(ops, tokens, shape.width()))
                .toList();
        List<Layer<B>> layers = IntStream.range(0, shape.layers())
                .mapToObj(l -> layer(ops, shape, tokens, sequence))
                .toList();
        return new Activations<>(
                residual,
                layers,
                matrix(ops, tokens, shape.width()),
                matrix(ops, tokens, 1),
                matrix(ops, tokens, shape.vocabulary()));
    }

    static <B> Layer<B> layer(Ops<B> ops, ModelShape shape, int tokens, int sequence) {
        return new Layer<>(
                matrix(ops, tokens, shape.width()),
                matrix(ops, tokens, 1),
                attention(ops, shape, tokens, sequence),
                matrix(ops, tokens, shape.width()),
                matrix(ops, tokens, shape.width()),
                matrix(ops, tokens, 1),
                matrix(ops, tokens, shape.ffn()),
                matrix(ops, tokens, shape.ffn()),
                matrix(ops, tokens, shape.ffn()));
    }

    private static <B> Attention<B> attention(Ops<B> ops, ModelShape shape, int tokens, int sequence) {
        return new Attention<>(
                new Attention.Shape(sequence, shape.heads(), shape.kvHeads(), shape.headSize()),
                matrix(ops, tokens, shape.width()),
                matrix(ops, tokens, shape.kvWidth()),
                matrix(ops, tokens, shape.kvWidth()),
                matrix(ops, tokens * shape.heads(), sequence),
                matrix(ops, tokens, shape.width()));
    }

    static <B> Matrix<B> matrix(Ops<B> ops, int rows, int columns) {
        return new Matrix<>(ops.allocate((long) rows * columns), 0, rows, columns);
    }
}
