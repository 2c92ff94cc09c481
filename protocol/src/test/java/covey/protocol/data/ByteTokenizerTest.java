package covey.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ByteTokenizerTest {
    @Test
    void shouldTakeBytesAsTokensAndDropZeros() {
        assertThat(ByteTokenizer.INSTANCE.encode(new byte[] {65, 0, (byte) 0xFF, 0}))
                .containsExactly(65, 255);
        assertThat(ByteTokenizer.INSTANCE.encode(new byte[0])).isEmpty();
    }

    @Test
    void shouldGiveTextBackUpToItsEnd() {
        byte[] text = "int ä = 1;".getBytes(StandardCharsets.UTF_8);
        assertThat(ByteTokenizer.INSTANCE
                        .decode(ByteTokenizer.INSTANCE.encode(text))
                        .toArray())
                .isEqualTo(text);
        assertThat(ByteTokenizer.INSTANCE.decode(new int[] {65, 0, 66}).toArray())
                .containsExactly(65);
        assertThatThrownBy(() -> ByteTokenizer.INSTANCE.decode(new int[] {256}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
