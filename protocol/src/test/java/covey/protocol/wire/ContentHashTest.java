package covey.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Limits;
import covey.protocol.testing.TestCrypto;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    private final TestCrypto crypto = new TestCrypto();

    @Test
    void shouldHashDomainLengthAndSegmentHashes() throws Exception {
        byte[] content = new byte[Limits.SEGMENT_BYTES + 3];
        Arrays.fill(content, (byte) 7);
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        ByteArrayOutputStream root = new ByteArrayOutputStream();
        root.writeBytes("covey/1/content".getBytes(StandardCharsets.US_ASCII));
        root.writeBytes(HexFormat.of().parseHex("0300040000000000"));
        root.writeBytes(sha.digest(Arrays.copyOf(content, Limits.SEGMENT_BYTES)));
        root.writeBytes(sha.digest(new byte[] {7, 7, 7}));

        assertThat(ContentHash.of(content, crypto).hash().bytes()).isEqualTo(sha.digest(root.toByteArray()));
        assertThat(ContentHash.leaves(MemorySegment.ofArray(content), crypto)).hasSize(2);
    }

    @Test
    void shouldTellLengthsApart() {
        assertThat(ContentHash.of(new byte[0], crypto)).isNotEqualTo(ContentHash.of(new byte[1], crypto));
        assertThat(ContentHash.of(new byte[1], crypto)).isNotEqualTo(ContentHash.of(new byte[2], crypto));
    }
}
