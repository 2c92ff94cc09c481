package covey.protocol.contribution;

import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;

/** Bytes of format version 1, as {@code docs/format.md} lists them. */
final class ContributionFormat {
    static final int VERSION = 1;
    /** Header without the signature at its end. */
    static final int SIGNED_BYTES = 200;

    static final int HEADER_BYTES = SIGNED_BYTES + Crypto.SIGNATURE_BYTES;

    /** "CVYC" in the order of the bytes. */
    private static final int MAGIC = 'C' | 'V' << 8 | 'Y' << 16 | 'C' << 24;

    private static final byte[] DOMAIN = "covey/1/contribution".getBytes(StandardCharsets.US_ASCII);

    static {
        if (HEADER_BYTES > Limits.CONTRIBUTION_HEADER_MAX_BYTES) {
            throw new AssertionError("contribution header: " + HEADER_BYTES + " bytes (rule H4)");
        }
    }

    private ContributionFormat() {}

    static byte[] write(ContributionHeader header, PlaneLengths lengths) {
        return new ByteWriter(SIGNED_BYTES)
                .i32(MAGIC)
                .u16(VERSION)
                .u16(header.bits())
                .i32(header.steps())
                .i64(header.round())
                .hash(header.run().hash())
                .hash(header.hotkey().hash())
                .hash(header.baseRoot().hash())
                .hash(header.layout())
                .hash(header.samples())
                .i32(lengths.scales())
                .i32(lengths.signs())
                .i32(lengths.magnitudes())
                .i32(lengths.lowBits())
                .i32(lengths.unary())
                .toByteArray();
    }

    /** A header as read: nothing in it is believed yet. */
    record Parsed(ContributionHeader header, PlaneLengths lengths, Bytes signature) {}

    static Parsed read(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        require(in.i32() == MAGIC, "magic: not that of a contribution");
        int version = in.u16();
        require(version == VERSION, "version: " + version + " (expected: 1)");
        int bits = in.u16();
        require(bits == 1 || bits == 2, "bits: " + bits + " (expected: 1 or 2)");
        int steps = in.i32();
        require(steps >= 1 && steps <= Limits.INNER_STEPS_MAX, "steps: " + steps + " (expected: 1 to 10000)");
        long round = in.i64();
        require(round >= 1, "round: " + round + " (expected: at least 1)");
        RunId run = new RunId(in.hash());
        Hotkey hotkey = new Hotkey(in.hash());
        ContentId baseRoot = new ContentId(in.hash());
        Hash layout = in.hash();
        Hash samples = in.hash();
        PlaneLengths lengths = new PlaneLengths(in.i32(), in.i32(), in.i32(), in.i32(), in.i32());
        require(lengths.isNonNegative(), "plane lengths: " + lengths + " (expected: none below 0)");
        Bytes signature = Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES));
        in.end();
        return new Parsed(
                new ContributionHeader(run, round, hotkey, baseRoot, layout, samples, steps, bits), lengths, signature);
    }

    /** What the signature covers (rule A2): domain, run, the header before the signature, SHA-256 of the planes. */
    static byte[] message(RunId run, byte[] signedHeader, Hash planes) {
        return new ByteWriter(DOMAIN.length + 2 * Hash.BYTES + SIGNED_BYTES)
                .raw(DOMAIN)
                .hash(run.hash())
                .raw(signedHeader)
                .hash(planes)
                .toByteArray();
    }

    private static void require(boolean ok, String rule) throws Malformed {
        if (!ok) {
            throw new Malformed(rule);
        }
    }
}
