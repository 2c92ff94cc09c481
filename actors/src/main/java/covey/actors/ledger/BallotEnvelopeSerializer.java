package covey.actors.ledger;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import covey.protocol.model.Bytes;
import org.apache.pekko.serialization.JSerializer;
import org.jspecify.annotations.Nullable;

/** Pekko's serializer for {@link BallotEnvelope} and nothing else: a length of four bytes, then so many. */
public final class BallotEnvelopeSerializer extends JSerializer {
    private static final int ENVELOPE_ID = 10;
    /** Kryo is not thread-safe. */
    private static final ThreadLocal<Kryo> KRYO = ThreadLocal.withInitial(BallotEnvelopeSerializer::kryo);

    private static Kryo kryo() {
        Kryo kryo = new Kryo();
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.setMaxDepth(1);
        kryo.register(BallotEnvelope.class, new Codec(), ENVELOPE_ID);
        return kryo;
    }

    @Override
    public int identifier() {
        return 76_852;
    }

    @Override
    public boolean includeManifest() {
        return false;
    }

    @Override
    public byte[] toBinary(Object message) {
        if (!(message instanceof BallotEnvelope envelope)) {
            throw new IllegalArgumentException("message: " + message.getClass() + " (expected: BallotEnvelope)");
        }
        try (Output out = new Output(envelope.encoded().length() + 4)) {
            KRYO.get().writeObject(out, envelope);
            return out.toBytes();
        }
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, @Nullable Class<?> manifest) {
        try (Input in = new Input(bytes)) {
            BallotEnvelope envelope = KRYO.get().readObject(in, BallotEnvelope.class);
            if (in.position() != in.limit()) {
                throw new KryoException("trailing bytes: " + (in.limit() - in.position()) + " (expected: none)");
            }
            return envelope;
        }
    }

    private static final class Codec extends Serializer<BallotEnvelope> {
        Codec() {
            super(false, true);
        }

        @Override
        public void write(Kryo kryo, Output out, BallotEnvelope envelope) {
            out.writeInt(envelope.encoded().length());
            out.writeBytes(envelope.encoded().unsafeArray());
        }

        @Override
        public BallotEnvelope read(Kryo kryo, Input in, Class<? extends BallotEnvelope> type) {
            int left = in.limit() - in.position() - 4;
            int length = left < 0 ? -1 : in.readInt();
            if (length < 0 || length > left || length > BallotFrame.MAX_BYTES) {
                throw new KryoException("ballot envelope: " + length + " bytes (expected: 0 to "
                        + Math.min(left, BallotFrame.MAX_BYTES) + ")");
            }
            return new BallotEnvelope(Bytes.wrap(in.readBytes(length)));
        }
    }
}
