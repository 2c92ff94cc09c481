package covey.actors.node;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import org.apache.pekko.serialization.JSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Pekko's serializer for {@link Envelope} and nothing else: a length of four bytes, then so many. Kryo's own
 * serializers
 * are never reached, as they allocate what a stranger's length claims.
 */
public final class EnvelopeSerializer extends JSerializer {
    private static final int ENVELOPE_ID = 10;
    /** Kryo is not thread-safe; the threads are those of two small dispatchers. */
    private static final ThreadLocal<Kryo> KRYO = ThreadLocal.withInitial(EnvelopeSerializer::kryo);

    private static Kryo kryo() {
        Kryo kryo = new Kryo();
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.setMaxDepth(1);
        kryo.register(Envelope.class, new Codec(), ENVELOPE_ID);
        return kryo;
    }

    @Override
    public int identifier() {
        return 76_851;
    }

    @Override
    public boolean includeManifest() {
        return false;
    }

    @Override
    public byte[] toBinary(Object message) {
        if (!(message instanceof Envelope envelope)) {
            throw new IllegalArgumentException("message: " + message.getClass() + " (expected: Envelope)");
        }
        try (Output out = new Output(envelope.encoded().length() + 4)) {
            KRYO.get().writeObject(out, envelope);
            return out.toBytes();
        }
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, @Nullable Class<?> manifest) {
        try (Input in = new Input(bytes)) {
            Envelope envelope = KRYO.get().readObject(in, Envelope.class);
            if (in.position() != in.limit()) {
                throw new KryoException("trailing bytes: " + (in.limit() - in.position()) + " (expected: none)");
            }
            return envelope;
        }
    }

    private static final class Codec extends Serializer<Envelope> {
        Codec() {
            super(false, true);
        }

        @Override
        public void write(Kryo kryo, Output out, Envelope envelope) {
            out.writeInt(envelope.encoded().length());
            out.writeBytes(envelope.encoded().unsafeArray());
        }

        @Override
        public Envelope read(Kryo kryo, Input in, Class<? extends Envelope> type) {
            if (in.limit() - in.position() < 4) {
                throw new KryoException("envelope: no length (expected: 4 bytes)");
            }
            int length = in.readInt();
            int left = in.limit() - in.position();
            if (length < 0 || length > left || length > Limits.CONTROL_MAX_BYTES) {
                throw new KryoException("envelope: " + length + " bytes (expected: 0 to "
                        + Math.min(left, Limits.CONTROL_MAX_BYTES) + ")");
            }
            return new Envelope(Bytes.wrap(in.readBytes(length)));
        }
    }
}
