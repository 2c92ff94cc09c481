package covey.actors.node;

import covey.actors.node.ControlMessage.AskOffer;
import covey.actors.node.ControlMessage.GiveOffer;
import covey.actors.node.ControlMessage.Hello;
import covey.actors.node.ControlMessage.Knock;
import covey.actors.node.ControlMessage.Said;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;

/**
 * The one encoding of a control message: run id, sender, receiver, challenge, counter, kind, body, signature. The
 * signature covers "covey/1/control" and all that stands before it (rule A2). Decoding does not check the signature.
 */
public final class ControlCodec {
    /** Bytes of a challenge, and of the token in an offer. */
    public static final int CHALLENGE_BYTES = 16;

    static final Bytes NO_CHALLENGE = Bytes.wrap(new byte[CHALLENGE_BYTES]);
    /** Bytes of a message around a {@link Said} body. */
    private static final int FRAME_BYTES = 3 * 32 + CHALLENGE_BYTES + 8 + 1 + 4 + Crypto.SIGNATURE_BYTES;
    /** Largest body of a {@link Said}. */
    public static final int SAID_MAX_BYTES = Limits.CONTROL_MAX_BYTES - FRAME_BYTES;

    private static final byte[] DOMAIN = "covey/1/control".getBytes(StandardCharsets.US_ASCII);
    private static final int KNOCK = 1;
    private static final int HELLO = 2;
    private static final int ASK_OFFER = 3;
    private static final int GIVE_OFFER = 4;
    private static final int SAID = 5;

    private ControlCodec() {}

    /**
     * A message in its frame.
     *
     * @param to all zero in a Knock, which does not know yet whom it meets
     * @param challenge the receiver's, which makes the message fresh; all zero in a Knock
     * @param counter grows with each message under one challenge
     */
    public record Frame(RunId run, Hotkey from, Hotkey to, Bytes challenge, long counter, ControlMessage message) {}

    /** A frame and what claims to be the sender's signature. */
    public record Signed(Frame frame, Bytes signature) {}

    public static Envelope sign(Frame frame, Crypto.Signer signer) {
        byte[] body = body(frame);
        ByteWriter out = new ByteWriter(body.length + Crypto.SIGNATURE_BYTES);
        out.raw(body).raw(signer.sign(withDomain(body)));
        if (out.size() > Limits.CONTROL_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "control message: " + out.size() + " bytes (expected: at most " + Limits.CONTROL_MAX_BYTES + ")");
        }
        return new Envelope(out.toBytes());
    }

    /** Whether the signature is the sender's. */
    public static boolean isSigned(Signed signed, Crypto crypto) {
        return crypto.verify(signed.frame().from(), withDomain(body(signed.frame())), signed.signature());
    }

    public static Signed decode(Bytes bytes) throws Malformed {
        if (bytes.length() > Limits.CONTROL_MAX_BYTES) {
            throw new Malformed("control message: " + bytes.length() + " bytes (expected: at most "
                    + Limits.CONTROL_MAX_BYTES + ")");
        }
        ByteReader in = new ByteReader(bytes);
        Frame frame = new Frame(
                new RunId(in.hash()),
                new Hotkey(in.hash()),
                new Hotkey(in.hash()),
                challenge(in),
                in.i64(),
                readMessage(in));
        Bytes signature = Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES));
        in.end();
        return new Signed(frame, signature);
    }

    private static byte[] withDomain(byte[] body) {
        return new ByteWriter(DOMAIN.length + body.length).raw(DOMAIN).raw(body).toByteArray();
    }

    private static byte[] body(Frame frame) {
        ByteWriter out = new ByteWriter();
        out.hash(frame.run().hash()).hash(frame.from().hash()).hash(frame.to().hash());
        out.raw(frame.challenge()).i64(frame.counter());
        writeMessage(out, frame.message());
        return out.toByteArray();
    }

    private static void writeMessage(ByteWriter out, ControlMessage message) {
        switch (message) {
            case Knock m -> out.u8(KNOCK).text(m.from()).text(m.to()).raw(m.challenge());
            case Hello m -> {
                out.u8(HELLO).text(m.address()).u8(m.roles()).text(m.httpUrl());
                out.i64(m.lastHeight()).u8(m.rank()).raw(m.challenge());
            }
            case AskOffer m -> out.u8(ASK_OFFER);
            case GiveOffer m -> writeOffer(out.u8(GIVE_OFFER), m.offer());
            case Said m -> out.u8(SAID).sized(m.body());
        }
    }

    private static void writeOffer(ByteWriter out, BulkTransfer.Offer offer) {
        out.text(offer.requestEndpoint()).text(offer.responseControl()).raw(offer.token());
        out.i32(offer.requestSessionId()).i32(offer.responseSessionId());
    }

    private static ControlMessage readMessage(ByteReader in) throws Malformed {
        int kind = in.u8();
        return switch (kind) {
            case KNOCK -> new Knock(address(in), address(in), challenge(in));
            case HELLO -> new Hello(address(in), in.u8(), address(in), in.i64(), in.u8(), challenge(in));
            case ASK_OFFER -> new AskOffer();
            case GIVE_OFFER ->
                new GiveOffer(new BulkTransfer.Offer(address(in), address(in), challenge(in), in.i32(), in.i32()));
            case SAID -> new Said(in.sized(SAID_MAX_BYTES));
            default -> throw new Malformed("control kind: " + kind + " (expected: 1 to 5)");
        };
    }

    private static String address(ByteReader in) throws Malformed {
        return in.text(Limits.ADDRESS_MAX_BYTES);
    }

    private static Bytes challenge(ByteReader in) throws Malformed {
        return Bytes.wrap(in.raw(CHALLENGE_BYTES));
    }
}
