package covey.protocol.ballot;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one encoding of messages between authorities and of the vote record. Decoding checks each length before it
 * allocates and refuses trailing bytes; it checks no signature.
 */
public final class BallotCodec {
    private static final int PREPARE = 1;
    private static final int PROMISE = 2;
    private static final int PROPOSE = 3;
    private static final int ACK = 4;
    private static final int NACK = 5;
    private static final int CERTIFIED = 6;
    private static final int NEED = 7;
    private static final int ASK_NEWEST = 8;
    private static final int NEWEST = 9;
    /** Of a message around its blocks. */
    private static final int FRAME_BYTES = 16;

    private BallotCodec() {}

    /** The first of these blocks, as many as one {@link BallotMessage.Certified} may carry. */
    public static BallotMessage.Certified fitting(List<CertifiedBlock> blocks) {
        int count = 0;
        int bytes = FRAME_BYTES;
        while (count < Math.min(blocks.size(), Limits.CERTIFIED_MAX_COUNT)) {
            bytes += Integer.BYTES + BlockCodec.encode(blocks.get(count)).length;
            if (bytes > Limits.BALLOT_MESSAGE_MAX_BYTES) {
                break;
            }
            count++;
        }
        return new BallotMessage.Certified(blocks.subList(0, count));
    }

    /** Throws IllegalArgumentException for a message that no decoder would take: a bug of ours. */
    public static byte[] encode(BallotMessage message) {
        ByteWriter out = new ByteWriter();
        switch (message) {
            case BallotMessage.Prepare m -> ballot(out.u8(PREPARE), m.ballot()).i64(m.certifiedHeight());
            case BallotMessage.Promise m -> accepted(promised(out.u8(PROMISE), m.vote()), m.accepted());
            case BallotMessage.Propose m -> block(ballot(out.u8(PROPOSE), m.ballot()), m.block());
            case BallotMessage.Ack m -> acked(out.u8(ACK), m.vote());
            case BallotMessage.Nack m -> ballot(ballot(out.u8(NACK), m.ballot()), m.promised());
            case BallotMessage.Certified m -> {
                out.u8(CERTIFIED).i32(m.blocks().size());
                m.blocks().forEach(b -> out.sized(Bytes.wrap(BlockCodec.encode(b))));
            }
            case BallotMessage.Need m -> out.u8(NEED).i64(m.fromHeight());
            case BallotMessage.AskNewest m -> out.u8(ASK_NEWEST).i64(m.nonce());
            case BallotMessage.Newest m -> vote(out.u8(NEWEST).i64(m.nonce()).i64(m.certifiedHeight()), m.vote());
        }
        if (out.size() > Limits.BALLOT_MESSAGE_MAX_BYTES) {
            throw new IllegalArgumentException("ballot message: " + out.size() + " bytes (expected: at most "
                    + Limits.BALLOT_MESSAGE_MAX_BYTES + ")");
        }
        return out.toByteArray();
    }

    public static BallotMessage decode(byte[] bytes) throws Malformed {
        checkSize(bytes);
        ByteReader in = new ByteReader(bytes);
        BallotMessage message = read(in.u8(), in);
        in.end();
        return message;
    }

    private static BallotMessage read(int kind, ByteReader in) throws Malformed {
        return switch (kind) {
            case PREPARE -> new BallotMessage.Prepare(ballot(in), height(in));
            case PROMISE -> new BallotMessage.Promise(promised(in), accepted(in));
            case PROPOSE -> new BallotMessage.Propose(ballot(in), block(in));
            case ACK -> new BallotMessage.Ack(acked(in));
            case NACK -> new BallotMessage.Nack(ballot(in), ballot(in));
            case CERTIFIED -> certified(in);
            case NEED -> new BallotMessage.Need(height(in));
            case ASK_NEWEST -> new BallotMessage.AskNewest(in.i64());
            case NEWEST -> new BallotMessage.Newest(in.i64(), height(in), vote(in));
            default -> throw new Malformed("ballot message kind: " + kind + " (expected: 1 to " + NEWEST + ")");
        };
    }

    public static byte[] encode(VoteRecord vote) {
        ByteWriter out = ballot(new ByteWriter(), vote.promised());
        return vote(accepted(out, vote.accepted()), vote.last()).toByteArray();
    }

    public static VoteRecord decodeVote(byte[] bytes) throws Malformed {
        checkSize(bytes);
        ByteReader in = new ByteReader(bytes);
        VoteRecord vote = new VoteRecord(ballot(in), accepted(in), vote(in));
        in.end();
        return vote;
    }

    private static void checkSize(byte[] bytes) throws Malformed {
        if (bytes.length > Limits.BALLOT_MESSAGE_MAX_BYTES) {
            throw new Malformed("ballot message: " + bytes.length + " bytes (expected: at most "
                    + Limits.BALLOT_MESSAGE_MAX_BYTES + ")");
        }
    }

    private static ByteWriter ballot(ByteWriter out, BallotNumber ballot) {
        return out.i64(ballot.counter()).u8(ballot.authority());
    }

    private static BallotNumber ballot(ByteReader in) throws Malformed {
        BallotNumber ballot = new BallotNumber(in.i64(), in.u8());
        boolean none = ballot.equals(BallotNumber.NONE);
        if (!none && ballot.counter() < 1 || ballot.authority() >= Limits.AUTHORITIES_MAX_COUNT) {
            throw new Malformed("ballot: " + ballot + " (expected: counter from 1, an authority's index)");
        }
        return ballot;
    }

    private static long height(ByteReader in) throws Malformed {
        long height = in.i64();
        if (height < 0) {
            throw new Malformed("height: " + height + " (expected: from 0)");
        }
        return height;
    }

    private static ByteWriter block(ByteWriter out, Block block) {
        return out.sized(Bytes.wrap(BlockCodec.encode(block)));
    }

    private static Block block(ByteReader in) throws Malformed {
        return BlockCodec.decode(in.sized(Limits.BLOCK_MAX_BYTES).unsafeArray());
    }

    private static BallotMessage.Certified certified(ByteReader in) throws Malformed {
        int count = in.count(Limits.CERTIFIED_MAX_COUNT);
        List<CertifiedBlock> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(BlockCodec.decodeCertified(
                    in.sized(Limits.BALLOT_MESSAGE_MAX_BYTES).unsafeArray()));
        }
        return new BallotMessage.Certified(blocks);
    }

    private static ByteWriter accepted(ByteWriter out, Optional<Accepted> accepted) {
        out.bool(accepted.isPresent());
        accepted.ifPresent(a -> block(ballot(out, a.ballot()), a.block()));
        return out;
    }

    private static Optional<Accepted> accepted(ByteReader in) throws Malformed {
        return in.bool() ? Optional.of(new Accepted(ballot(in), block(in))) : Optional.empty();
    }

    private static ByteWriter vote(ByteWriter out, Optional<SignedVote> vote) {
        out.bool(vote.isPresent());
        vote.ifPresent(v -> {
            switch (v) {
                case SignedVote.Promised p -> promised(out.u8(PROMISE), p);
                case SignedVote.Acked a -> acked(out.u8(ACK), a);
            }
        });
        return out;
    }

    private static Optional<SignedVote> vote(ByteReader in) throws Malformed {
        if (!in.bool()) {
            return Optional.empty();
        }
        int kind = in.u8();
        return switch (kind) {
            case PROMISE -> Optional.of(promised(in));
            case ACK -> Optional.of(acked(in));
            default -> throw new Malformed("vote kind: " + kind + " (expected: " + PROMISE + " or " + ACK + ")");
        };
    }

    private static ByteWriter promised(ByteWriter out, SignedVote.Promised vote) {
        ballot(ballot(out, vote.ballot()).i64(vote.certifiedHeight()), vote.acceptedBallot());
        return signature(out.hash(vote.acceptedHash()), vote.signature());
    }

    private static SignedVote.Promised promised(ByteReader in) throws Malformed {
        return new SignedVote.Promised(ballot(in), height(in), ballot(in), in.hash(), signature(in));
    }

    private static ByteWriter acked(ByteWriter out, SignedVote.Acked vote) {
        ballot(out, vote.ballot()).i64(vote.height()).hash(vote.blockHash()).hash(vote.stateHash());
        return signature(out, vote.signature());
    }

    private static SignedVote.Acked acked(ByteReader in) throws Malformed {
        return new SignedVote.Acked(ballot(in), height(in), in.hash(), in.hash(), signature(in));
    }

    private static ByteWriter signature(ByteWriter out, Bytes signature) {
        if (signature.length() != Crypto.SIGNATURE_BYTES) {
            throw new IllegalArgumentException(
                    "signature: " + signature.length() + " bytes (expected: " + Crypto.SIGNATURE_BYTES + ")");
        }
        return out.raw(signature);
    }

    private static Bytes signature(ByteReader in) throws Malformed {
        return Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES));
    }
}
