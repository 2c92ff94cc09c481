package covey.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.Malformed;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final byte[] TOKEN = new byte[TransferRequest.TOKEN_BYTES];
    private static final TransferRequest REQUEST = new TransferRequest(
            0x01020304,
            0x05060708,
            new ContentId(new Hash(1, 2, 3, 4)),
            SegmentPlan.LEAVES,
            1_000_000,
            List.of(new UnitRange(0, 2), new UnitRange(300, 1)));

    static {
        Arrays.fill(TOKEN, (byte) 0xAA);
    }

    @Test
    void dataHeaderHasTheseBytes() throws Malformed {
        byte[] bytes = new byte[DataHeader.BYTES];
        DataHeader header = new DataHeader(0x01020304, -1, 1344, 5, true, false);
        header.encode(bytes);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("04030201" + "ffffffff" + "40050000" + "05000080");
        assertThat(DataHeader.decode(new ByteReader(bytes))).isEqualTo(header);
    }

    @Test
    void notHereHasTheseBytes() throws Malformed {
        byte[] bytes = new byte[DataHeader.BYTES];
        DataHeader.notHere(9).encode(bytes);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("09000000" + "00000000" + "00000000" + "000000c0");
        assertThat(DataHeader.decode(new ByteReader(bytes)).notHere()).isTrue();
    }

    @Test
    void requestHasTheseBytes() throws Malformed {
        byte[] bytes = REQUEST.encode(TOKEN);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("01" + "02" + "aa".repeat(16) + "04030201" + "08070605"
                        + "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000000004"
                        + "ffffffff" + "40420f0000000000" + "00000200" + "2c010100");
        TransferRequest.Received received = TransferRequest.decode(new ByteReader(bytes));
        assertThat(received.request()).isEqualTo(REQUEST);
        assertThat(received.token()).isEqualTo(TOKEN);
    }

    @Test
    void shouldFitADatagramWithMostRanges() {
        List<UnitRange> most = Collections.nCopies(Limits.REQUEST_RANGES_MAX_COUNT, new UnitRange(0, 1));
        TransferRequest request = new TransferRequest(1, 1, REQUEST.content(), 0, 1, most);

        assertThat(request.encode(TOKEN)).hasSizeLessThanOrEqualTo(Limits.DATAGRAM_MAX_BYTES);
        assertThat(DataHeader.BYTES + Limits.TRANSFER_UNIT_BYTES).isLessThanOrEqualTo(Limits.DATAGRAM_MAX_BYTES);
    }

    @Test
    void shouldRefuseRangesOutOfOrder() {
        TransferRequest request =
                new TransferRequest(1, 1, REQUEST.content(), 0, 1, List.of(new UnitRange(5, 2), new UnitRange(6, 1)));

        assertThatThrownBy(() -> TransferRequest.decode(new ByteReader(request.encode(TOKEN))))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("range");
    }

    @Test
    void shouldOnlyThrowMalformedOnAnyBytes() {
        Seed.range(2000).forEach(seed -> {
            Seed random = Seed.of(seed);
            byte[] bytes = REQUEST.encode(TOKEN);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            try {
                TransferRequest.decode(new ByteReader(cut));
            } catch (Malformed e) {
                assertThat(e.rule()).isNotEmpty();
            }
        });
    }
}
