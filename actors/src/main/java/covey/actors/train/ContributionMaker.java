package covey.actors.train;

import covey.actors.keep.EngineMemory;
import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.SampleRoot;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.lang.foreign.MemorySegment;

/**
 * Compresses what was trained, signs it, stores it, and records it together with the engine's e′ in one record (rules
 * E3, H4). Used by the engine's thread, so that nothing comes between compression and record.
 */
public final class ContributionMaker {
    private final Genesis genesis;
    private final RunId run;
    private final Crypto crypto;
    private final Crypto.Signer signer;
    private final Parts parts;
    private final Layout layout;
    private final Hash layoutHash;

    /** What it works on. */
    public record Parts(Engine engine, ContentStore contents, EngineMemory memory, FaultPoints faults) {}

    public ContributionMaker(Genesis genesis, RunId run, Crypto crypto, Crypto.Signer signer, Parts parts) {
        this.genesis = genesis;
        this.run = run;
        this.crypto = crypto;
        this.signer = signer;
        this.parts = parts;
        layout = Layout.of(genesis.model());
        layoutHash = layout.hash(crypto);
    }

    /**
     * {@link PeerInput.Recorded} when all is durable, or {@link PeerInput.NotFinite} when there is nothing to commit.
     */
    public PeerInput make(PeerEffect.Compress effect) {
        Engine.Compressed compressed = parts.engine().compress();
        if (!compressed.finite()) {
            return new PeerInput.NotFinite(effect.round());
        }
        byte[] content = ContributionWriter.seal(header(effect), layout, compressed.planes(), signer, crypto);
        ContentId id = parts.contents().put(MemorySegment.ofArray(content));
        PeerInput.Recorded recorded = new PeerInput.Recorded(effect.round(), id, content.length);
        parts.memory().commit(recorded);
        parts.faults().reached(Point.COMMIT_RECORDED, effect.round());
        return recorded;
    }

    private ContributionHeader header(PeerEffect.Compress effect) {
        long[] windows = effect.windows().stream().mapToLong(Long::longValue).toArray();
        int used = Math.min(windows.length, effect.steps() * genesis.training().batch());
        return new ContributionHeader(
                run,
                effect.round(),
                signer.hotkey(),
                effect.baseRoot(),
                layoutHash,
                SampleRoot.of(windows, used, crypto),
                effect.steps(),
                genesis.training().bits());
    }
}
