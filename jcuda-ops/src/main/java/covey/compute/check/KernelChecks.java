package covey.compute.check;

import covey.compute.cuda.CudaOps;
import covey.compute.cuda.CudaOps.Products;
import covey.compute.cuda.Device;
import covey.compute.ops.AdamStep;
import covey.compute.ops.Attention;
import covey.compute.ops.Ops;
import covey.compute.reference.ReferenceOps;
import covey.compute.tensor.Matrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Each kernel in single precision against the reference, on random odd shapes. */
final class KernelChecks {
    private static final double ERROR_MAX = 1e-5;
    private static final double HALF_ERROR_MAX = 1e-2;
    private static final int SHAPES = 5;
    private static final int SIDE_MAX = 150;

    private KernelChecks() {}

    /** What a kernel makes of random inputs; a method reference. */
    @FunctionalInterface
    interface Kernel {
        <B> float[] on(Inputs<B> in);
    }

    static Map<String, Kernel> all() {
        Map<String, Kernel> all = new LinkedHashMap<>();
        all.put("linear", KernelChecks::linear);
        all.put("linear-input-gradient", KernelChecks::linearInputGradient);
        all.put("linear-parameter-gradient", KernelChecks::linearParameterGradient);
        all.put("embed", KernelChecks::embed);
        all.put("embed-gradient", KernelChecks::embedGradient);
        all.put("rms-norm", KernelChecks::rmsNorm);
        all.put("rms-norm-gradient", KernelChecks::rmsNormGradient);
        all.put("rotate", KernelChecks::rotate);
        all.put("attention", KernelChecks::attention);
        all.put("attention-gradient", KernelChecks::attentionGradient);
        all.put("swiglu", KernelChecks::swiGlu);
        all.put("swiglu-gradient", KernelChecks::swiGluGradient);
        all.put("cross-entropy", KernelChecks::crossEntropy);
        all.put("squared-norm", KernelChecks::squaredNorm);
        all.put("adamw", KernelChecks::adamW);
        all.put("moves", KernelChecks::moves);
        return all;
    }

    /** Those that may multiply on tensor cores. */
    static Map<String, Kernel> products() {
        Map<String, Kernel> products = new LinkedHashMap<>(all());
        products.keySet().removeIf(name -> !name.startsWith("linear"));
        return products;
    }

    /** Compares a kernel on some shapes; the error is that of the whole, ‖actual − expected‖ / ‖expected‖. */
    static Finding check(String name, Kernel kernel, Device device, Products products) {
        double worst = 0;
        boolean same = true;
        for (int seed = 0; seed < SHAPES; seed++) {
            float[] expected;
            float[] actual;
            try (Ops<float[]> reference = new ReferenceOps(1);
                    CudaOps cuda = new CudaOps(new DeviceLease(device), products)) {
                expected = kernel.on(new Inputs<>(reference, seed));
                actual = kernel.on(new Inputs<>(cuda, seed));
            }
            worst = Math.max(worst, relativeError(actual, expected));
            same &= Arrays.equals(actual, expected);
        }
        double most = products == Products.FP32 ? ERROR_MAX : HALF_ERROR_MAX;
        return Finding.of(name, worst < most, same ? "same bits" : "other bits").with("error", worst);
    }

    /** Infinite if a value is not finite. */
    static double relativeError(float[] actual, float[] expected) {
        double wrong = 0;
        double whole = 0;
        for (int i = 0; i < expected.length; i++) {
            wrong += Math.pow((double) actual[i] - expected[i], 2);
            whole += (double) expected[i] * expected[i];
        }
        double error = wrong == 0 ? 0 : Math.sqrt(wrong / whole);
        return Double.isNaN(error) || actual.length != expected.length ? Double.POSITIVE_INFINITY : error;
    }

    private static <B> float[] linear(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        int depth = in.size(SIDE_MAX);
        Matrix<B> y = in.poison(rows, columns);
        in.ops().linear(in.normal(rows, depth), in.normal(columns, depth), y);
        return in.values(y);
    }

    private static <B> float[] linearInputGradient(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        int depth = in.size(SIDE_MAX);
        Matrix<B> dy = in.normal(rows, columns);
        Matrix<B> parameters = in.normal(columns, depth);
        Matrix<B> set = in.poison(rows, depth);
        Matrix<B> added = in.normal(rows, depth);
        in.ops().linearInputGradient(dy, parameters, set, false);
        in.ops().linearInputGradient(dy, parameters, added, true);
        return in.values(set, added);
    }

    private static <B> float[] linearParameterGradient(Inputs<B> in) {
        int rows = in.size(6 * SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        int depth = in.size(SIDE_MAX);
        Matrix<B> gradient = in.normal(columns, depth);
        in.ops().linearParameterGradient(in.normal(rows, columns), in.normal(rows, depth), gradient);
        return in.values(gradient);
    }

    private static <B> float[] embed(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        Matrix<B> out = in.poison(rows, columns);
        in.ops().embed(in.tokens(rows, 37), in.normal(37, columns), out);
        return in.values(out);
    }

    private static <B> float[] embedGradient(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        Matrix<B> table = in.normal(37, columns);
        in.ops().embedGradient(in.tokens(rows, 37), in.normal(rows, columns), table);
        return in.values(table);
    }

    private static <B> float[] rmsNorm(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        Matrix<B> y = in.poison(rows, columns);
        Matrix<B> inverse = in.poison(rows, 1);
        in.ops().rmsNorm(in.normal(rows, columns), in.normal(columns, 1), 1e-5f, y, inverse);
        return in.values(y, inverse);
    }

    private static <B> float[] rmsNormGradient(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        int columns = in.size(SIDE_MAX);
        Matrix<B> dx = in.normal(rows, columns);
        Matrix<B> dGain = in.normal(columns, 1);
        in.ops()
                .rmsNormGradient(
                        in.normal(rows, columns),
                        in.normal(columns, 1),
                        in.normal(rows, 1),
                        in.normal(rows, columns),
                        dx,
                        dGain);
        return in.values(dx, dGain);
    }

    private static <B> float[] rotate(Inputs<B> in) {
        int half = in.size(32);
        int sequence = in.size(20);
        Matrix<B> x = in.normal(2 * sequence, 2 * half * in.size(5));
        Matrix<B> table = in.normal(sequence, 2 * half);
        in.ops().rotate(x, table, sequence, false);
        float[] turned = in.values(x);
        in.ops().rotate(x, table, sequence, true);
        float[] both = Arrays.copyOf(turned, 2 * turned.length);
        System.arraycopy(in.values(x), 0, both, turned.length, turned.length);
        return both;
    }

    private static <B> Attention<B> attention(Inputs<B> in, Attention.Shape shape, boolean poisoned) {
        int tokens = 2 * shape.sequence();
        int width = shape.heads() * shape.headSize();
        int kvWidth = shape.kvHeads() * shape.headSize();
        return new Attention<>(
                shape,
                poisoned ? in.poison(tokens, width) : in.normal(tokens, width),
                poisoned ? in.poison(tokens, kvWidth) : in.normal(tokens, kvWidth),
                poisoned ? in.poison(tokens, kvWidth) : in.normal(tokens, kvWidth),
                in.poison(tokens * shape.heads(), shape.sequence()),
                poisoned ? in.normal(tokens, width) : in.poison(tokens, width));
    }

    private static Attention.Shape shape(Inputs<?> in) {
        int kvHeads = in.size(2);
        return new Attention.Shape(in.size(40), kvHeads * in.size(2), kvHeads, 2 * in.size(64));
    }

    private static <B> float[] attention(Inputs<B> in) {
        Attention<B> tensors = attention(in, shape(in), false);
        in.ops().attention(tensors);
        return in.values(tensors.out(), tensors.probabilities());
    }

    private static <B> float[] attentionGradient(Inputs<B> in) {
        Attention<B> tensors = attention(in, shape(in), false);
        Attention<B> gradient = attention(in, tensors.shape(), true);
        in.ops().attention(tensors);
        in.ops().attentionGradient(tensors, gradient);
        return in.values(gradient.query(), gradient.key(), gradient.value());
    }

    private static <B> float[] swiGlu(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        Matrix<B> out = in.poison(rows, 7);
        in.ops().swiGlu(in.normal(rows, 7), in.normal(rows, 7), out);
        return in.values(out);
    }

    private static <B> float[] swiGluGradient(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        Matrix<B> dGate = in.poison(rows, 7);
        Matrix<B> dUp = in.poison(rows, 7);
        in.ops().swiGluGradient(in.normal(rows, 7), in.normal(rows, 7), in.normal(rows, 7), dGate, dUp);
        return in.values(dGate, dUp);
    }

    private static <B> float[] crossEntropy(Inputs<B> in) {
        int rows = in.size(20);
        int columns = in.size(9000);
        Matrix<B> logits = in.normal(rows, columns);
        double[] losses = new double[rows];
        in.ops().crossEntropy(logits, in.tokens(rows, columns), 0.25f, losses);
        float[] values = in.values(logits);
        float[] all = Arrays.copyOf(values, values.length + rows);
        for (int i = 0; i < rows; i++) {
            all[values.length + i] = (float) losses[i];
        }
        return all;
    }

    private static <B> float[] squaredNorm(Inputs<B> in) {
        return new float[] {(float) in.ops().squaredNorm(in.normal(in.size(SIDE_MAX), in.size(SIDE_MAX)))};
    }

    private static <B> float[] adamW(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        Matrix<B> parameters = in.normal(rows, 33);
        Matrix<B> gradient = in.normal(rows, 33);
        Matrix<B> first = in.normal(rows, 33);
        Matrix<B> second = in.positive(rows, 33);
        AdamStep step = new AdamStep(1e-3f, 0.999f, 0.9f, 0.95f, 1e-8f, 0.1f, 0.05f, 0.5f);
        in.ops().adamW(step, parameters, gradient, first, second);
        return in.values(parameters, first, second);
    }

    private static <B> float[] moves(Inputs<B> in) {
        int rows = in.size(SIDE_MAX);
        Matrix<B> a = in.normal(rows, 5);
        Matrix<B> b = in.normal(rows, 5);
        Matrix<B> copy = in.poison(rows, 5);
        in.ops().copy(a.data(), copy.data());
        in.ops().difference(b.data(), copy.data());
        in.ops().add(copy, a);
        return in.values(a, copy);
    }
}
