package covey.compute.tensor;

import covey.protocol.model.ModelShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The model's tensors in one buffer, in the canonical order of {@link ModelShape#tensors()}: of θ, or of anything
 * that has a value for each parameter.
 *
 * @param all in canonical order
 * @param output the output projection; the embedding itself if the two are tied
 */
public record TensorViews<B>(
        List<Matrix<B>> all, Matrix<B> embedding, List<Layer<B>> layers, Matrix<B> finalNorm, Matrix<B> output) {

    /** Tensors of one layer; matrices are [out, in]. */
    public record Layer<B>(
            Matrix<B> attentionNorm,
            Matrix<B> query,
            Matrix<B> key,
            Matrix<B> value,
            Matrix<B> attentionOut,
            Matrix<B> ffnNorm,
            Matrix<B> gate,
            Matrix<B> up,
            Matrix<B> down) {
        private static final int TENSORS = 9;

        private static <B> Layer<B> of(List<Matrix<B>> t) {
            return new Layer<>(
                    t.get(0), t.get(1), t.get(2), t.get(3), t.get(4), t.get(5), t.get(6), t.get(7), t.get(8));
        }
    }

    public static <B> TensorViews<B> of(ModelShape shape, B data) {
        List<Matrix<B>> all = new ArrayList<>();
        long offset = 0;
        for (ModelShape.Tensor tensor : shape.tensors()) {
            all.add(new Matrix<>(data, offset, tensor.rows(), tensor.columns()));
            offset += tensor.length();
        }
        List<Layer<B>> layers = new ArrayList<>();
        for (int l = 0; l < shape.layers(); l++) {
            int from = 1 + l * Layer.TENSORS;
            layers.add(Layer.of(all.subList(from, from + Layer.TENSORS)));
        }
        Matrix<B> finalNorm = all.get(1 + shape.layers() * Layer.TENSORS);
        Matrix<B> output = shape.tiedEmbedding() ? all.getFirst() : all.getLast();
        return new TensorViews<>(List.copyOf(all), all.getFirst(), List.copyOf(layers), finalNorm, output);
    }
}
