package covey.protocol.testing;

import covey.protocol.contribution.ContributionCheck;
import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.ReferenceCompressor;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/** Contributions for tests: values, planes, and the whole signed content. */
public final class Contributions {
    public static final TestCrypto CRYPTO = new TestCrypto();
    public static final RunId RUN = new RunId(CRYPTO.sha256(new byte[] {1}));
    public static final ContentId BASE_ROOT = new ContentId(CRYPTO.sha256(new byte[] {2}));
    public static final Hash SAMPLES = CRYPTO.sha256(new byte[] {3});
    public static final long ROUND = 7;
    public static final int STEPS = 15;

    private Contributions() {}

    /** H = 15, so 7 to 15 inner steps are valid. */
    public static Genesis.Training training(int bits) {
        return new Genesis.Training(STEPS, 8, 3e-3, 20, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, bits, 0.95f, 1 << 16);
    }

    /** Normal values with a scale of its own for each chunk. */
    public static float[] values(Layout layout, RandomGenerator random) {
        float[] values = new float[Math.toIntExact(layout.parameterCount())];
        float[] piece = new float[Limits.CHUNK_LENGTH];
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            double scale = Math.exp(random.nextGaussian() * 2 - 6);
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (float) (random.nextGaussian() * scale);
            }
            layout.scatter(piece, chunk, values);
        }
        return values;
    }

    /** Compresses a copy of {@code values} and signs it in round {@link #ROUND}. */
    public static byte[] sealed(Layout layout, int bits, float[] values, Crypto.Signer signer) {
        byte[] planes = new ReferenceCompressor(layout, bits, 0.95f).encode(values.clone());
        return sealed(layout, bits, planes, signer);
    }

    public static byte[] sealed(Layout layout, int bits, byte[] planes, Crypto.Signer signer) {
        return ContributionWriter.seal(
                header(layout, bits, signer), layout, MemorySegment.ofArray(planes), signer, CRYPTO);
    }

    public static ContributionHeader header(Layout layout, int bits, Crypto.Signer signer) {
        return new ContributionHeader(
                RUN, ROUND, signer.hotkey(), BASE_ROOT, layout.hash(CRYPTO), SAMPLES, STEPS, bits);
    }

    public static ContributionCheck check(Layout layout, int bits) {
        return new ContributionCheck(RUN, layout, training(bits), CRYPTO);
    }

    public static ContributionCheck.Expected expected(byte[] content, Crypto.Signer signer) {
        return new ContributionCheck.Expected(ROUND, signer.hotkey(), BASE_ROOT, content.length);
    }
}
