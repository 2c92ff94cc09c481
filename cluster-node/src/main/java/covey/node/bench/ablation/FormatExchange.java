package covey.node.bench.ablation;

import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Contributions as they travel in a run, and the exact outer step. */
final class FormatExchange implements Exchange {
    private final Recipe recipe;
    private final Layout layout;
    private final SplittableRandom losses;
    private final Crypto crypto = new Ed25519Crypto();
    private long bytes;

    FormatExchange(Recipe recipe, Layout layout, long seed) {
        this.recipe = recipe;
        this.layout = layout;
        losses = new SplittableRandom(seed);
    }

    @Override
    public boolean end(long round, List<Engine> trainers) {
        List<Engine.Applied> applied = new ArrayList<>();
        for (int i = 0; i < trainers.size(); i++) {
            Engine.Compressed made = trainers.get(i).compress();
            if (!made.finite()) {
                return false;
            }
            Engine.Applied contribution = sealed(round, i, made.planes());
            bytes += contribution.contribution().byteSize();
            if (losses.nextDouble() < recipe.wire().lost()) {
                trainers.get(i).giveBack(contribution.contribution());
            } else {
                applied.add(contribution);
            }
            if (!recipe.wire().feedback()) {
                trainers.get(i).clearErrorFeedback();
            }
        }
        trainers.forEach(trainer -> trainer.apply(applied));
        return true;
    }

    private Engine.Applied sealed(long round, int trainer, MemorySegment planes) {
        byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
        seed[0] = (byte) trainer;
        Crypto.Signer signer = Ed25519Signer.of(seed);
        ContributionHeader header = new ContributionHeader(
                new RunId(Hash.ZERO),
                round,
                signer.hotkey(),
                new ContentId(Hash.ZERO),
                layout.hash(crypto),
                Hash.ZERO,
                recipe.inner().steps(),
                recipe.wire().bits());
        byte[] content = ContributionWriter.seal(header, layout, planes, signer, crypto);
        return new Engine.Applied(signer.hotkey(), MemorySegment.ofArray(content), Limits.FACTOR_ONE);
    }

    @Override
    public long bytes() {
        return bytes;
    }
}
