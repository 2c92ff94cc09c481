package covey.protocol.model;

import java.util.List;
import java.util.Optional;

/** Named models with the hyper-parameters they are trained with (rule K), then published shapes up to 72B. */
public final class Presets {
    /**
     * A model and how to train it.
     *
     * @param name for {@code --model}
     * @param batch windows of one inner step, B
     * @param innerSteps H
     * @param peakLearningRate after warm-up
     * @param warmupSteps inner steps of linear warm-up
     */
    public record Preset(
            String name, ModelShape shape, int batch, int innerSteps, double peakLearningRate, int warmupSteps) {
        /** The same model, trained with another H and B. */
        public Preset with(int otherInnerSteps, int otherBatch) {
            return new Preset(name, shape, otherBatch, otherInnerSteps, peakLearningRate, warmupSteps);
        }

        /** With 1 bit a value, see the other. */
        public Genesis.Training training(int rounds) {
            return training(rounds, 1);
        }

        /**
         * What genesis says of training: β = 0.95 and α = 1, AdamW as in SparseLoCo (design 4.4).
         *
         * @param rounds over which the learning rate falls to a tenth; 0: it stays constant (rule H9)
         * @param bits 1 or 2 per value
         */
        public Genesis.Training training(int rounds, int bits) {
            return new Genesis.Training(
                    innerSteps,
                    batch,
                    peakLearningRate,
                    warmupSteps,
                    rounds == 0 ? 0 : Math.max((long) rounds * innerSteps, warmupSteps + 1L),
                    0.1,
                    0.9,
                    0.95,
                    1e-8,
                    0.1,
                    1.0,
                    bits,
                    0.95f,
                    1 << 16);
        }
    }

    public static final Preset NANO =
            new Preset("nano", new ModelShape(256, 64, 2, 2, 2, 192, 128, true), 8, 15, 3e-3, 20);
    public static final Preset TINY =
            new Preset("tiny", new ModelShape(256, 128, 4, 4, 4, 384, 128, true), 8, 30, 4e-3, 60);
    public static final Preset TINY_BPE =
            new Preset("tiny-bpe", new ModelShape(2048, 128, 4, 4, 4, 384, 128, true), 4, 10, 4e-3, 60);
    public static final Preset SMALL =
            new Preset("small", new ModelShape(4096, 256, 6, 4, 4, 704, 256, true), 16, 30, 2e-3, 100);
    public static final Preset BENCH =
            new Preset("bench", new ModelShape(8192, 384, 6, 6, 2, 1024, 256, true), 8, 30, 2e-3, 100);
    /** SparseLoCo's ablation family: 178M. */
    public static final Preset M178 =
            new Preset("178m", new ModelShape(32000, 1024, 9, 8, 8, 2688, 2048, false), 32, 30, 1.38e-3, 680);
    /** SparseLoCo's main experiment: 512M. */
    public static final Preset M512 =
            new Preset("512m", new ModelShape(32000, 1536, 12, 12, 12, 5440, 2048, false), 256, 15, 1e-3, 500);
    /** Its 2B sweeps. */
    public static final Preset B2 =
            new Preset("2b", new ModelShape(32000, 2560, 24, 20, 5, 7680, 2048, false), 256, 30, 6.91e-4, 500);
    /** Llama 3's 8B. */
    public static final Preset B8 =
            new Preset("8b", new ModelShape(128256, 4096, 32, 32, 8, 14336, 2048, false), 192, 30, 3e-4, 1500);
    /** Covenant-72B. */
    public static final Preset B72 =
            new Preset("72b", new ModelShape(262144, 8192, 80, 64, 8, 28672, 2048, true), 192, 30, 1.2e-4, 1500);

    private static final List<Preset> ALL = List.of(NANO, TINY, TINY_BPE, SMALL, BENCH, M178, M512, B2, B8, B72);

    private Presets() {}

    /** All of them, smallest first. */
    public static List<Preset> all() {
        return ALL;
    }

    public static Optional<Preset> named(String name) {
        return ALL.stream().filter(preset -> preset.name().equals(name)).findFirst();
    }
}
