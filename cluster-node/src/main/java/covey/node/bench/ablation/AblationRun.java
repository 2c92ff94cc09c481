package covey.node.bench.ablation;

import covey.compute.cpu.CpuBackend;
import covey.compute.engine.CpuEngine;
import covey.node.wiring.CpuEngines;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.assign.DataAssignment;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import covey.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One recipe from one seed: real engines, one thread. θ_0 and the order of the data follow from the seed. */
final class AblationRun implements AutoCloseable {
    private static final int WARMUP_STEPS = 20;

    /** What to train, and on what. */
    record Material(
            ModelShape shape,
            Genesis.DataManifest manifest,
            TokenSource train,
            TokenSource heldOut,
            long[] evaluation) {}

    /**
     * @param heldOutLoss nats a token; empty if a trainer diverged
     * @param bytes of all contributions
     */
    record Result(Optional<Double> heldOutLoss, long bytes) {}

    private final Material material;
    private final Recipe recipe;
    private final DataAssignment assignment;
    private Exchange exchange;
    private final List<Engine> trainers = new ArrayList<>();
    private final StateSections start;

    /** @param backend what computes; all have the same results */
    AblationRun(Material material, Recipe recipe, long seed, CpuBackend backend) {
        Crypto crypto = new Ed25519Crypto();
        this.material = material;
        this.recipe = recipe;
        Genesis genesis = genesis(seed, crypto);
        RunId run = new RunId(crypto.sha256(new ByteWriter().i64(seed).toByteArray()));
        assignment = new DataAssignment(run, genesis.trainWindows(), crypto);
        Layout layout = Layout.of(material.shape());
        exchange = recipe.isOfFormat() ? new FormatExchange(recipe, layout, seed) : new PlainExchange(recipe, layout);
        for (int i = 0; i < recipe.inner().trainers(); i++) {
            CpuBackend.Kernels kernels = backend.open(1);
            Engine engine = new CpuEngine(genesis, crypto, material.train(), material.heldOut(), kernels);
            engine.initialize();
            trainers.add(engine);
        }
        start = StateSections.of(trainers.getFirst()).ofOptimizer();
    }

    /** The same with another end of rounds. */
    AblationRun exchanging(Exchange other) {
        exchange = other;
        return this;
    }

    private Genesis genesis(long seed, Crypto crypto) {
        Hotkey authority = new Hotkey(crypto.sha256(new byte[] {1}));
        return new Genesis(
                "ablation",
                material.shape(),
                seed,
                CpuEngines.initialRoot(material.shape(), seed, crypto),
                training(),
                new Genesis.Timing(200, 1_000, 20_000, 10_000, 1, 5, 64),
                List.of(new Genesis.Member(authority, authority, Role.AUTHORITY.bit(), "authority")),
                List.of(new Genesis.Authority(authority, "127.0.0.1:1", "127.0.0.1:2")),
                material.manifest());
    }

    private Genesis.Training training() {
        return new Genesis.Training(
                recipe.inner().steps(),
                recipe.inner().batch(),
                recipe.inner().rate(),
                WARMUP_STEPS,
                Recipe.STEPS,
                0.1,
                0.9,
                0.95,
                1e-8,
                0.1,
                1.0,
                recipe.wire().bits() == Recipe.EXACT ? 1 : recipe.wire().bits(),
                (float) recipe.wire().decay(),
                (int) Math.round(recipe.outer().alpha() * 65536),
                recipe.outer().policy());
    }

    /** The whole run. */
    Result run() {
        for (int round = 1; round <= recipe.inner().rounds(); round++) {
            if (!round(round)) {
                return new Result(Optional.empty(), exchange.bytes());
            }
        }
        return new Result(Optional.of(trainers.getFirst().heldOutLoss(material.evaluation())), exchange.bytes());
    }

    boolean round(int round) {
        int windows = recipe.inner().batch() * recipe.inner().steps();
        for (int i = 0; i < trainers.size(); i++) {
            long slot = (round - 1L) * trainers.size() + i;
            if (!recipe.inner().moments()) {
                trainers.get(i).restore(start);
            }
            Engine.TrainReport report = trainers.get(i)
                    .train(
                            assignment.windows(0, slot * windows, windows),
                            round - 1,
                            () -> false,
                            (step, loss, rate) -> {});
            if (report.steps() < recipe.inner().steps()) {
                return false;
            }
        }
        return exchange.end(round, trainers);
    }

    long bytes() {
        return exchange.bytes();
    }

    /** As it is now. */
    float[] theta() {
        return StateSections.theta(trainers.getFirst());
    }

    @Override
    public void close() {
        trainers.forEach(Engine::close);
    }
}
