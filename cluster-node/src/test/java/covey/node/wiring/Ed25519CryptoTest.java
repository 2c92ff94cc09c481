package covey.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Ed25519CryptoTest {
    private final Ed25519Crypto crypto = new Ed25519Crypto();
    private final TestCrypto jdk = new TestCrypto();

    private static Ed25519Signer signer(Seed seed) {
        byte[] secret = new byte[32];
        seed.nextBytes(secret);
        return Ed25519Signer.of(secret);
    }

    private static byte[] message(Seed seed) {
        byte[] message = new byte[seed.nextInt(300)];
        seed.nextBytes(message);
        return message;
    }

    @Test
    void shouldReproduceTheFirstVectorOfRfc8032() {
        byte[] secret = HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        Ed25519Signer signer = Ed25519Signer.of(secret);

        assertThat(signer.hotkey().toString())
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assertThat(signer.sign(new byte[0]).toArray())
                .isEqualTo(HexFormat.of()
                        .parseHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"));
    }

    @Test
    void shouldAgreeWithTheJdkAboutSignatures() {
        Seed.range(20).mapToObj(Seed::of).forEach(seed -> {
            Ed25519Signer signer = signer(seed);
            byte[] message = message(seed);
            Bytes signature = signer.sign(message);
            assertThat(jdk.verify(signer.hotkey(), message, signature))
                    .as("%s", seed)
                    .isTrue();

            Crypto.Signer theirs = TestCrypto.signer(seed.nextLong());
            assertThat(crypto.verify(theirs.hotkey(), message, theirs.sign(message)))
                    .as("%s", seed)
                    .isTrue();
        });
    }

    @Test
    void shouldRefuseAlteredSignaturesMessagesAndKeys() {
        Seed.range(20).mapToObj(Seed::of).forEach(seed -> {
            Ed25519Signer signer = signer(seed);
            byte[] message = message(seed);
            byte[] altered = signer.sign(message).toArray();
            altered[seed.nextInt(64)] ^= (byte) (1 << seed.nextInt(8));
            assertThat(crypto.verify(signer.hotkey(), message, Bytes.wrap(altered)))
                    .as("%s", seed)
                    .isFalse();
            assertThat(crypto.verify(signer(seed).hotkey(), message, signer.sign(message)))
                    .as("%s", seed)
                    .isFalse();
        });
        Ed25519Signer signer = signer(Seed.of(1));
        assertThat(crypto.verify(signer.hotkey(), new byte[] {1}, signer.sign(new byte[] {2})))
                .isFalse();
        assertThat(crypto.verify(signer.hotkey(), new byte[1], Bytes.EMPTY)).isFalse();
        Hotkey noPoint = new Hotkey(new Hash(-1, -1, -1, -1));
        assertThat(crypto.verify(noPoint, new byte[1], signer.sign(new byte[1])))
                .isFalse();
    }

    @Test
    void shouldShowTheSameKeyToTheJdk() throws GeneralSecurityException {
        Ed25519Signer signer = signer(Seed.of(5));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(signer.privateKey());
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        assertThat(signed).isEqualTo(signer.sign(new byte[] {1, 2, 3}).toArray());

        signature.initVerify(Ed25519Signer.publicKey(signer.hotkey()));
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void shouldHashArraysAndSegmentsAlike() {
        byte[] bytes = message(Seed.of(9));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(bytes.length);
            copy.copyFrom(MemorySegment.ofArray(bytes));
            assertThat(crypto.sha256().update(copy).finish()).isEqualTo(jdk.sha256(bytes));
        }
        Crypto.Digest digest = crypto.sha256();
        digest.update(bytes, 1, bytes.length - 1).finish();
        assertThat(digest.update(bytes).finish()).isEqualTo(crypto.sha256(bytes));
    }

    @Test
    void shouldShowNoSecretInText() {
        Ed25519Signer signer = signer(Seed.of(2));
        assertThat(signer.toString()).isEqualTo("signer " + signer.hotkey().brief());
        assertThatThrownBy(() -> Ed25519Signer.of(new byte[31])).hasMessage("seed: 31 bytes (expected: 32)");
    }
}
