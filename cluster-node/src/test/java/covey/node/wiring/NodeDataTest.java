package covey.node.wiring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.testing.TestCrypto;
import org.junit.jupiter.api.Test;

class NodeDataTest {
    private static Genesis.DataManifest manifest(String tokenizer, int text) {
        ContentId content = new ContentId(new TestCrypto().sha256(new byte[] {(byte) text}));
        return new Genesis.DataManifest(tokenizer, content, 1000, content, 100, 90, "text " + text);
    }

    @Test
    void shouldRefuseAnotherTextAndAnotherTokenizerByOneLine() {
        assertThatCode(() -> NodeData.requireRuns(manifest("bpe:aa", 1), manifest("bpe:aa", 1)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> NodeData.requireRuns(manifest("bpe:aa", 1), manifest("bpe:bb", 1)))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("by tokenizer bpe:aa (expected: the run's text, text 1 by tokenizer bpe:bb")
                .message()
                .hasLineCount(1);
        assertThatThrownBy(() -> NodeData.requireRuns(manifest("bytes", 2), manifest("bytes", 1)))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("corpus: text 2 by tokenizer bytes (expected: the run's text, text 1");
    }
}
