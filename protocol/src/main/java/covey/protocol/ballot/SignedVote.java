package covey.protocol.ballot;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;

/** What an authority signed in a ballot (rules A2, C3). */
public sealed interface SignedVote {
    BallotNumber ballot();

    Bytes signature();

    /** What the signature covers. */
    byte[] message(RunId run);

    /**
     * No part in any ballot below this one any more.
     *
     * @param certifiedHeight of the voter
     * @param acceptedBallot of the block that it accepted above that height; {@link BallotNumber#NONE} without one
     * @param acceptedHash of that block; zero without one
     */
    record Promised(
            BallotNumber ballot, long certifiedHeight, BallotNumber acceptedBallot, Hash acceptedHash, Bytes signature)
            implements SignedVote {
        private static final byte[] DOMAIN = "covey/1/promise".getBytes(StandardCharsets.US_ASCII);

        @Override
        public byte[] message(RunId run) {
            return new ByteWriter(160)
                    .raw(DOMAIN)
                    .hash(run.hash())
                    .i64(ballot.counter())
                    .u8(ballot.authority())
                    .i64(certifiedHeight)
                    .i64(acceptedBallot.counter())
                    .u8(acceptedBallot.authority())
                    .hash(acceptedHash)
                    .toByteArray();
        }

        Promised signed(Bytes by) {
            return new Promised(ballot, certifiedHeight, acceptedBallot, acceptedHash, by);
        }
    }

    /** For a block in a ballot; its signature is the one of the certificate's vote. */
    record Acked(BallotNumber ballot, long height, Hash blockHash, Hash stateHash, Bytes signature)
            implements SignedVote {
        private static final byte[] DOMAIN = "covey/1/ack".getBytes(StandardCharsets.US_ASCII);

        @Override
        public byte[] message(RunId run) {
            return new ByteWriter(160)
                    .raw(DOMAIN)
                    .hash(run.hash())
                    .i64(ballot.counter())
                    .u8(ballot.authority())
                    .i64(height)
                    .hash(blockHash)
                    .hash(stateHash)
                    .toByteArray();
        }

        Acked signed(Bytes by) {
            return new Acked(ballot, height, blockHash, stateHash, by);
        }

        boolean sameSlot(Acked other) {
            return ballot.equals(other.ballot) && height == other.height;
        }

        boolean sameContent(Acked other) {
            return blockHash.equals(other.blockHash) && stateHash.equals(other.stateHash);
        }
    }

    /** Whether this was signed after the other, if one honest authority signed both. */
    default boolean isNewerThan(SignedVote other) {
        int byBallot = ballot().compareTo(other.ballot());
        return byBallot != 0 ? byBallot > 0 : rank(this) > rank(other);
    }

    /** Within a ballot the promise comes first, then acks by height. */
    private static long rank(SignedVote vote) {
        return switch (vote) {
            case Promised _ -> 0;
            case Acked acked -> acked.height();
        };
    }
}
