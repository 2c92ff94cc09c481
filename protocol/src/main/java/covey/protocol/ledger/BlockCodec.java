package covey.protocol.ledger;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The one encoding of blocks and certified blocks, and the hashes over them. Ballot and certificate are not hashed into
 * a block (rule C2). Decoding checks each length before it allocates and refuses trailing bytes; it does not check
 * signatures.
 */
public final class BlockCodec {
    private static final byte[] BLOCK_DOMAIN = "covey/1/block".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEACON_DOMAIN = "covey/1/beacon".getBytes(StandardCharsets.US_ASCII);

    private BlockCodec() {}

    /** What the proposer signs (rule B5). */
    public static byte[] beaconMessage(RunId run, long height, Hash parentBeacon) {
        return new ByteWriter()
                .raw(BEACON_DOMAIN)
                .hash(run.hash())
                .i64(height)
                .hash(parentBeacon)
                .toByteArray();
    }

    /** The block's public randomness: independent of its transactions (rule B5). */
    public static Hash beacon(Block block, Crypto crypto) {
        return crypto.sha256(block.beaconSignature().unsafeArray());
    }

    public static Hash hash(Block block, RunId run, Crypto crypto) {
        return crypto.sha256()
                .update(BLOCK_DOMAIN)
                .update(run.hash().bytes())
                .update(encode(block))
                .finish();
    }

    /** Throws IllegalArgumentException for a block that no decoder would take: a bug of ours. */
    public static byte[] encode(Block block) {
        ByteWriter out = new ByteWriter(4096);
        write(out, block);
        return out.toByteArray();
    }

    public static Block decode(byte[] bytes) throws Malformed {
        if (bytes.length > Limits.BLOCK_MAX_BYTES) {
            throw new Malformed("block: " + bytes.length + " bytes (expected: at most " + Limits.BLOCK_MAX_BYTES + ")");
        }
        ByteReader in = new ByteReader(bytes);
        Block block = read(in);
        in.end();
        return block;
    }

    public static byte[] encode(CertifiedBlock certified) {
        byte[] block = encode(certified.block());
        return write(new ByteWriter(block.length + 512).i32(block.length).raw(block), certified.certificate())
                .toByteArray();
    }

    public static CertifiedBlock decodeCertified(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        Block block = decode(in.sized(Limits.BLOCK_MAX_BYTES).unsafeArray());
        Certificate certificate = readCertificate(in);
        in.end();
        return new CertifiedBlock(block, certificate);
    }

    private static void write(ByteWriter out, Block block) {
        require(block.beaconSignature().length() == Crypto.SIGNATURE_BYTES, "beacon signature bytes");
        require(block.transactions().size() <= Limits.BLOCK_MAX_TRANSACTIONS, "transactions");
        require(block.proposer() >= 0 && block.proposer() < Limits.AUTHORITIES_MAX_COUNT, "proposer");
        out.i64(block.height())
                .hash(block.parent())
                .i64(block.timeMs())
                .u8(block.proposer())
                .raw(block.beaconSignature())
                .i32(block.transactions().size());
        for (SignedTransaction transaction : block.transactions()) {
            out.sized(Bytes.wrap(TransactionCodec.encode(transaction)));
        }
        require(out.size() <= Limits.BLOCK_MAX_BYTES, "block bytes");
    }

    private static Block read(ByteReader in) throws Malformed {
        long height = in.i64();
        Hash parent = in.hash();
        long timeMs = in.i64();
        int proposer = readAuthority(in);
        Bytes beaconSignature = Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES));
        int count = in.count(Limits.BLOCK_MAX_TRANSACTIONS);
        List<SignedTransaction> transactions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            transactions.add(TransactionCodec.decode(
                    in.sized(Limits.TRANSACTION_MAX_BYTES).unsafeArray()));
        }
        if (height < 1 || timeMs < 0) {
            throw new Malformed("block height " + height + ", time " + timeMs + " (expected: from 1, from 0)");
        }
        return new Block(height, parent, timeMs, proposer, beaconSignature, transactions);
    }

    private static ByteWriter write(ByteWriter out, Certificate certificate) {
        require(certificate.votes().size() <= Limits.AUTHORITIES_MAX_COUNT, "votes");
        out.i64(certificate.counter())
                .u8(certificate.authority())
                .hash(certificate.blockHash())
                .hash(certificate.stateHash())
                .u8(certificate.votes().size());
        for (Certificate.Vote vote : certificate.votes()) {
            require(vote.signature().length() == Crypto.SIGNATURE_BYTES, "vote signature bytes");
            out.u8(vote.authority()).raw(vote.signature());
        }
        return out;
    }

    private static Certificate readCertificate(ByteReader in) throws Malformed {
        long counter = in.i64();
        int authority = readAuthority(in);
        Hash blockHash = in.hash();
        Hash stateHash = in.hash();
        int count = in.u8();
        if (count > Limits.AUTHORITIES_MAX_COUNT) {
            throw new Malformed("votes: " + count + " (expected: at most " + Limits.AUTHORITIES_MAX_COUNT + ")");
        }
        List<Certificate.Vote> votes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            votes.add(new Certificate.Vote(readAuthority(in), Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES))));
        }
        return new Certificate(counter, authority, blockHash, stateHash, votes);
    }

    private static int readAuthority(ByteReader in) throws Malformed {
        int index = in.u8();
        if (index >= Limits.AUTHORITIES_MAX_COUNT) {
            throw new Malformed(
                    "authority index: " + index + " (expected: below " + Limits.AUTHORITIES_MAX_COUNT + ")");
        }
        return index;
    }

    private static void require(boolean ok, String name) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": outside its range (expected: within Limits)");
        }
    }
}
