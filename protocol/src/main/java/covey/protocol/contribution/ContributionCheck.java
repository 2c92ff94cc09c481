package covey.protocol.contribution;

import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Whether a contribution is one that the run accepts, as far as it can be told from its bytes and the ledger alone
 * (rules H4, H10). Cheap checks first; nothing is allocated by a length that the content states, and no content makes
 * it throw. Stateless after construction; use from any thread.
 */
public final class ContributionCheck {
    private final RunId run;
    private final Layout layout;
    private final Hash layoutHash;
    private final Genesis.Training training;
    private final Crypto crypto;

    public ContributionCheck(RunId run, Layout layout, Genesis.Training training, Crypto crypto) {
        this.run = run;
        this.layout = layout;
        this.layoutHash = layout.hash(crypto);
        this.training = training;
        this.crypto = crypto;
    }

    /**
     * What the ledger says about the commitment.
     *
     * @param baseRoot agreed state root of θ_r
     * @param lengthBytes the commitment's
     */
    public record Expected(long round, Hotkey hotkey, ContentId baseRoot, long lengthBytes) {}

    /**
     * The first rule that the content breaks; empty if it is accepted. That it hashes to its id is the caller's to
     * know.
     */
    public Optional<Rejection> check(MemorySegment content, Expected expected) {
        if (content.byteSize() != expected.lengthBytes() || content.byteSize() > Limits.CONTRIBUTION_MAX_BYTES) {
            return Optional.of(Rejection.LENGTH);
        }
        ContributionReader reader;
        try {
            reader = ContributionReader.read(content);
        } catch (Malformed e) {
            return Optional.of(Rejection.FORMAT);
        }
        return checkHeader(reader.header(), expected)
                .or(() -> checkLengths(reader))
                .or(() -> reader.isSigned(crypto) ? Optional.empty() : Optional.of(Rejection.SIGNATURE))
                .or(() -> reader.planes(layout).check());
    }

    /** Whether it can be read as a contribution of this run, whatever round and hotkey its header names. */
    public boolean isWellFormed(MemorySegment content) {
        try {
            ContributionHeader header = ContributionReader.read(content).header();
            var itself = new Expected(header.round(), header.hotkey(), header.baseRoot(), content.byteSize());
            return check(content, itself).isEmpty();
        } catch (Malformed e) {
            return false;
        }
    }

    private Optional<Rejection> checkHeader(ContributionHeader header, Expected expected) {
        if (!header.run().equals(run)) {
            return Optional.of(Rejection.RUN);
        }
        if (header.round() != expected.round()) {
            return Optional.of(Rejection.ROUND);
        }
        if (!header.hotkey().equals(expected.hotkey())) {
            return Optional.of(Rejection.HOTKEY);
        }
        if (!header.baseRoot().equals(expected.baseRoot())) {
            return Optional.of(Rejection.BASE_ROOT);
        }
        return checkTraining(header);
    }

    private Optional<Rejection> checkTraining(ContributionHeader header) {
        if (!header.layout().equals(layoutHash)) {
            return Optional.of(Rejection.LAYOUT);
        }
        if (header.bits() != training.bits()) {
            return Optional.of(Rejection.BITS);
        }
        boolean enough = header.steps() >= training.minimumSteps() && header.steps() <= training.innerSteps();
        return enough ? Optional.empty() : Optional.of(Rejection.STEPS);
    }

    private Optional<Rejection> checkLengths(ContributionReader reader) {
        if (!reader.isComplete()) {
            return Optional.of(Rejection.LENGTH);
        }
        boolean fit = reader.lengths().fit(layout.chunkCount(), training.bits());
        return fit ? Optional.empty() : Optional.of(Rejection.PLANE_LENGTH);
    }
}
