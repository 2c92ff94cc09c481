package covey.actors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.KryoException;
import covey.protocol.ballot.BallotMessage;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import org.junit.jupiter.api.Test;

class BallotEnvelopeSerializerTest {
    private static final RunId RUN = new RunId(new Hash(1, 2, 3, 4));

    private final BallotEnvelopeSerializer serializer = new BallotEnvelopeSerializer();

    @Test
    void shouldReadWhatItWrote() throws Malformed {
        BallotEnvelope sent = new BallotFrame(2, new BallotMessage.Need(7)).encode(RUN);
        Object read = serializer.fromBinaryJava(serializer.toBinary(sent), null);
        assertThat(read).isEqualTo(sent);
        assertThat(BallotFrame.decode((BallotEnvelope) read, RUN))
                .isEqualTo(new BallotFrame(2, new BallotMessage.Need(7)));
    }

    @Test
    void shouldRefuseLengthsBeyondWhatIsThere() {
        byte[] hostile = {0x7F, -1, -1, -1, 0, 0};
        assertThatThrownBy(() -> serializer.fromBinaryJava(hostile, null)).isInstanceOf(KryoException.class);
        assertThatThrownBy(() -> serializer.fromBinaryJava(new byte[3], null)).isInstanceOf(KryoException.class);
        byte[] oneShort = serializer.toBinary(new BallotEnvelope(Bytes.of(new byte[] {1, 2})));
        byte[] trailing = new ByteWriter().raw(oneShort).u8(0).toByteArray();
        assertThatThrownBy(() -> serializer.fromBinaryJava(trailing, null)).isInstanceOf(KryoException.class);
    }

    @Test
    void shouldRefuseAFrameOfAnotherRun() {
        BallotEnvelope sent = new BallotFrame(0, new BallotMessage.Need(7)).encode(new RunId(Hash.ZERO));
        assertThatThrownBy(() -> BallotFrame.decode(sent, RUN)).isInstanceOf(Malformed.class);
    }
}
