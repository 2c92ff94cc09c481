package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.KryoException;
import covey.actors.node.ControlCodec.Frame;
import covey.actors.node.ControlCodec.Signed;
import covey.actors.node.ControlMessage.AskOffer;
import covey.actors.node.ControlMessage.GiveOffer;
import covey.actors.node.ControlMessage.Hello;
import covey.actors.node.ControlMessage.Knock;
import covey.actors.node.ControlMessage.Said;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Crypto;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.Malformed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ControlCodecTest {
    private static final Crypto CRYPTO = new TestCrypto();
    private static final Crypto.Signer SIGNER = TestNode.signer(1);
    private static final Hotkey OTHER = TestNode.signer(2).hotkey();
    private static final Bytes CHALLENGE = Bytes.of("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    private static final List<ControlMessage> MESSAGES = List.of(
            new Knock("pekko://covey@a:1", "pekko://covey@b:2", CHALLENGE),
            new Hello("pekko://covey@a:1", 5, "https://a:3", 42, 3, CHALLENGE),
            new AskOffer(),
            new GiveOffer(new BulkTransfer.Offer("a:4", "a:5", CHALLENGE, -1, 7)),
            new Said(Bytes.of(new byte[] {1, 2, 3})));

    static LongStream seeds() {
        return Seed.range(20);
    }

    private static Envelope envelope(ControlMessage message) {
        return ControlCodec.sign(new Frame(TestNode.RUN, SIGNER.hotkey(), OTHER, CHALLENGE, 9, message), SIGNER);
    }

    @Test
    void everyKindIsReadAsItWasWritten() throws Exception {
        for (ControlMessage message : MESSAGES) {
            Signed signed = ControlCodec.decode(envelope(message).encoded());
            assertThat(signed.frame())
                    .isEqualTo(new Frame(TestNode.RUN, SIGNER.hotkey(), OTHER, CHALLENGE, 9, message));
            assertThat(ControlCodec.isSigned(signed, CRYPTO)).isTrue();
        }
    }

    @Test
    void signatureCoversEverything() throws Exception {
        for (ControlMessage message : MESSAGES) {
            byte[] good = envelope(message).encoded().toArray();
            for (int at = 0; at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= 1;
                assertThat(isTaken(bad)).as("byte %s of %s", at, message).isFalse();
            }
        }
    }

    @Test
    void signatureOfAnotherRunIsNone() throws Exception {
        Signed signed = ControlCodec.decode(envelope(new AskOffer()).encoded());
        Frame f = signed.frame();
        Frame elsewhere = new Frame(new RunId(Hash.ZERO), f.from(), f.to(), f.challenge(), f.counter(), f.message());
        assertThat(ControlCodec.isSigned(new Signed(elsewhere, signed.signature()), CRYPTO))
                .isFalse();
    }

    @Test
    void shouldRefuseEveryCutAndATrailingByte() {
        for (ControlMessage message : MESSAGES) {
            byte[] good = envelope(message).encoded().toArray();
            for (int length = 0; length < good.length; length++) {
                Bytes cut = Bytes.wrap(Arrays.copyOf(good, length));
                assertThatThrownBy(() -> ControlCodec.decode(cut)).isInstanceOf(Malformed.class);
            }
            Bytes longer = Bytes.wrap(Arrays.copyOf(good, good.length + 1));
            assertThatThrownBy(() -> ControlCodec.decode(longer)).isInstanceOf(Malformed.class);
        }
    }

    @Test
    void shouldRefuseMoreThanTheLimit() {
        Bytes body = Bytes.wrap(new byte[ControlCodec.SAID_MAX_BYTES]);
        assertThat(envelope(new Said(body)).encoded().length()).isEqualTo(Limits.CONTROL_MAX_BYTES);
        Bytes tooMuch = Bytes.wrap(new byte[ControlCodec.SAID_MAX_BYTES + 1]);
        assertThatThrownBy(() -> envelope(new Said(tooMuch))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ControlCodec.decode(Bytes.wrap(new byte[Limits.CONTROL_MAX_BYTES + 1])))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("32769");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBytesAreRefusedOrCanonical(long number) {
        Seed seed = Seed.of(number);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = envelope(MESSAGES.get(seed.nextInt(MESSAGES.size())))
                    .encoded()
                    .toArray();
            for (int flips = seed.nextInt(4); flips >= 0; flips--) {
                bytes[136 + seed.nextInt(bytes.length - 136)] = (byte) seed.nextInt();
            }
            decodesOnlyCanonical(seed, bytes);
        }
    }

    private static void decodesOnlyCanonical(Seed seed, byte[] bytes) {
        try {
            Signed signed = ControlCodec.decode(Bytes.of(bytes));
            byte[] again = ControlCodec.sign(signed.frame(), SIGNER).encoded().toArray();
            int signatureAt = bytes.length - Crypto.SIGNATURE_BYTES;
            assertThat(Arrays.copyOf(again, signatureAt))
                    .as(seed.toString())
                    .isEqualTo(Arrays.copyOf(bytes, signatureAt));
        } catch (Malformed e) {
            assertThat(e.rule()).isNotEmpty();
        }
    }

    private static boolean isTaken(byte[] bytes) {
        try {
            Signed signed = ControlCodec.decode(Bytes.wrap(bytes));
            return ControlCodec.isSigned(signed, CRYPTO);
        } catch (Malformed e) {
            return false;
        }
    }

    @Test
    void serializerReadsWhatItWrote() {
        EnvelopeSerializer serializer = new EnvelopeSerializer();
        Envelope envelope = envelope(new AskOffer());
        assertThat(serializer.fromBinary(serializer.toBinary(envelope))).isEqualTo(envelope);
        assertThatThrownBy(() -> serializer.toBinary("text")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void serializerShouldRefuseLengthsThatOnlyClaim() {
        EnvelopeSerializer serializer = new EnvelopeSerializer();
        for (int claim :
                new int[] {2_000_000_000, 200_000_000, Limits.CONTROL_MAX_BYTES + 1, 2, -1, Integer.MIN_VALUE}) {
            byte[] bytes = ByteBuffer.allocate(5)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(claim)
                    .array();
            assertThatThrownBy(() -> serializer.fromBinary(bytes))
                    .as("claim %s", claim)
                    .isInstanceOf(KryoException.class);
        }
        assertThatThrownBy(() -> serializer.fromBinary(new byte[Limits.CONTROL_MAX_BYTES + 5]))
                .isInstanceOf(KryoException.class);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void serializerSurvivesRandomBytes(long number) {
        Seed seed = Seed.of(number);
        EnvelopeSerializer serializer = new EnvelopeSerializer();
        for (int i = 0; i < 1_000; i++) {
            byte[] bytes = new byte[seed.nextInt(64)];
            seed.nextBytes(bytes);
            assertThatThrownBy(() -> serializer.fromBinary(bytes))
                    .as(seed.toString())
                    .isInstanceOf(KryoException.class);
        }
    }
}
