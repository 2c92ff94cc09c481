package covey.actors.ledger;

import covey.protocol.ballot.BallotCodec;
import covey.protocol.ballot.BallotMessage;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;

/**
 * What one authority tells another: run id (32 bytes), index of the sender (1), and the message to the end. The
 * connection says that the sender is an authority; which one, it says itself, as authorities are trusted not to lie.
 */
record BallotFrame(int from, BallotMessage message) {
    /** Bytes before the message. */
    private static final int HEAD_BYTES = Hash.BYTES + 1;

    static final int MAX_BYTES = HEAD_BYTES + Limits.BALLOT_MESSAGE_MAX_BYTES;

    BallotEnvelope encode(RunId run) {
        byte[] body = BallotCodec.encode(message);
        ByteWriter out = new ByteWriter(HEAD_BYTES + body.length);
        return new BallotEnvelope(out.hash(run.hash()).u8(from).raw(body).toBytes());
    }

    static BallotFrame decode(BallotEnvelope envelope, RunId run) throws Malformed {
        ByteReader in = new ByteReader(envelope.encoded());
        RunId said = new RunId(in.hash());
        if (!said.equals(run)) {
            throw new Malformed("run: " + said.brief() + " (expected: " + run.brief() + ")");
        }
        int from = in.u8();
        return new BallotFrame(from, BallotCodec.decode(in.raw(in.remaining())));
    }
}
