package covey.compute.ops;

import covey.compute.tensor.Matrix;
import java.lang.foreign.MemorySegment;

/**
 * Kernels of one backend. Gradients of parameters are added to what is there; gradients of activations are set, unless
 * a method says otherwise. Views of one call do not overlap unless they are the same. Used by one thread at a time.
 *
 * @param <B> the backend's buffer
 */
public interface Ops<B> extends AutoCloseable {
    /** A buffer of zeros. */
    B allocate(long length);

    /** Sets a whole buffer. */
    void write(float[] from, B to);

    /** Copies a whole buffer out. */
    void read(B from, float[] to);

    /** Sets a whole buffer from canonical bytes, 4 little-endian a value; as many as it has. */
    void write(MemorySegment from, B to);

    /** Copies a whole buffer out as canonical bytes. */
    void read(B from, MemorySegment to);

    /** A copy of a view's values, row after row. */
    float[] values(Matrix<B> from);

    void clear(B buffer);

    /** Copies a whole buffer to another of its length. */
    void copy(B from, B to);

    /** into = from − into, value by value, of whole buffers. */
    void difference(B from, B into);

    /** into += from. */
    void add(Matrix<B> from, Matrix<B> into);

    /** y = x · parametersᵀ with x [m, in], parameters [out, in], y [m, out]. */
    void linear(Matrix<B> x, Matrix<B> parameters, Matrix<B> y);

    /** dx = dy · parameters, or dx += that. */
    void linearInputGradient(Matrix<B> dy, Matrix<B> parameters, Matrix<B> dx, boolean accumulate);

    /** dParameters += dyᵀ · x. */
    void linearParameterGradient(Matrix<B> dy, Matrix<B> x, Matrix<B> dParameters);

    /** Row i of {@code out} is row tokens[i] of the table. */
    void embed(int[] tokens, Matrix<B> table, Matrix<B> out);

    /** Row tokens[i] of dTable += row i of dOut, in order of i. */
    void embedGradient(int[] tokens, Matrix<B> dOut, Matrix<B> dTable);

    /**
     * y = x · r · gain with r = 1 / √(mean(x²) + ε) of each row.
     *
     * @param gain [columns, 1]
     * @param inverse [rows, 1], receives r
     */
    void rmsNorm(Matrix<B> x, Matrix<B> gain, float epsilon, Matrix<B> y, Matrix<B> inverse);

    /** dx += the gradient (the residual path runs beside it); dGain += its. */
    void rmsNormGradient(Matrix<B> x, Matrix<B> gain, Matrix<B> inverse, Matrix<B> dy, Matrix<B> dx, Matrix<B> dGain);

    /**
     * Rotary embedding in place: values i and i + headSize/2 of each head turn by the angle of the row's position.
     *
     * @param table [positions, headSize]: cosines in the first half of a row, sines in the second
     * @param sequence tokens of a sequence; row r has position r mod sequence
     * @param back turns the other way, which is the gradient
     */
    void rotate(Matrix<B> x, Matrix<B> table, int sequence, boolean back);

    /** Sets probabilities and out. */
    void attention(Attention<B> tensors);

    /**
     * Sets row {@code row} of the output of the first sequence, as {@link #attention} would; other rows of it, and
     * probabilities, may change. Queries, keys and values up to that row are there.
     */
    default void attentionRow(Attention<B> tensors, int row) {
        attention(tensors);
    }

    /** Sets query, key and value of {@code gradient} by its {@code out}; its probabilities are scratch. */
    void attentionGradient(Attention<B> tensors, Attention<B> gradient);

    /** out = silu(gate) · up, value by value. */
    void swiGlu(Matrix<B> gate, Matrix<B> up, Matrix<B> out);

    void swiGluGradient(Matrix<B> gate, Matrix<B> up, Matrix<B> dOut, Matrix<B> dGate, Matrix<B> dUp);

    /**
     * Cross-entropy of each row's softmax against its target.
     *
     * @param logits replaced by gradientScale · (softmax − one-hot)
     * @param losses receives a row's loss in nats
     */
    void crossEntropy(Matrix<B> logits, int[] targets, float gradientScale, double[] losses);

    /** Σ x² as double, in order of index. */
    double squaredNorm(Matrix<B> x);

    /** One AdamW step of one tensor. */
    void adamW(AdamStep step, Matrix<B> parameters, Matrix<B> gradient, Matrix<B> first, Matrix<B> second);

    @Override
    void close();
}
