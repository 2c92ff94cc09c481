package covey.protocol.testing;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Bytes;
import org.junit.jupiter.api.Test;

class TestCryptoTest {
    @Test
    void shouldVerifyOnlyWhatWasSigned() {
        TestCrypto crypto = new TestCrypto();
        for (long seed = 0; seed < 8; seed++) {
            var signer = TestCrypto.signer(seed);
            Bytes signature = signer.sign(new byte[] {1, 2, 3});

            assertThat(crypto.verify(signer.hotkey(), new byte[] {1, 2, 3}, signature))
                    .isTrue();
            assertThat(crypto.verify(signer.hotkey(), new byte[] {1, 2, 4}, signature))
                    .isFalse();
            assertThat(TestCrypto.signer(seed).hotkey()).isEqualTo(signer.hotkey());
        }
    }
}
