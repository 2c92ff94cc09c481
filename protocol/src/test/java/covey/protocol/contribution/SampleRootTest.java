package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Hash;
import covey.protocol.testing.TestCrypto;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SampleRootTest {
    private static final TestCrypto CRYPTO = new TestCrypto();

    @Test
    void shouldDependOnEachIdTheirOrderAndTheirNumber() {
        TreeSet<Hash> roots = new TreeSet<>();
        roots.add(SampleRoot.of(new long[] {1, 2, 3, 4, 5}, 5, CRYPTO));
        roots.add(SampleRoot.of(new long[] {1, 2, 3, 5, 4}, 5, CRYPTO));
        roots.add(SampleRoot.of(new long[] {1, 2, 3, 4, 5}, 4, CRYPTO));
        roots.add(SampleRoot.of(new long[] {1, 2, 3, 4, 5, 5}, 6, CRYPTO));
        roots.add(SampleRoot.of(new long[] {1}, 1, CRYPTO));
        roots.add(SampleRoot.of(new long[] {}, 0, CRYPTO));
        assertThat(roots).hasSize(6);
        assertThat(SampleRoot.of(new long[] {1, 2, 9}, 2, CRYPTO))
                .isEqualTo(SampleRoot.of(new long[] {1, 2}, 2, CRYPTO));
    }

    /** Computed apart from this code. */
    @Test
    void shouldKeepItsGoldenValue() {
        assertThat(SampleRoot.of(new long[] {10, 20, 30, 40, 50}, 5, CRYPTO))
                .isEqualTo(Hash.parse("77f34b6326ebcdd856f794a71306f00d346185502e27676f3a38333e14613ede"));
    }
}
