package covey.protocol.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeterminismDigestTest {
    @Test
    void shouldComputeTheSameTwice() {
        assertThat(DeterminismDigest.run(1, 3)).isEqualTo(DeterminismDigest.run(1, 3));
        assertThat(DeterminismDigest.run(2, 3)).isNotEqualTo(DeterminismDigest.run(1, 3));
    }
}
