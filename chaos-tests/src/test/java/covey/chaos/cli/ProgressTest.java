package covey.chaos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void shouldGoOnAfterTheLastSeedBeforeWhichAllAreDone() {
        Progress progress = new Progress(50);
        assertThat(progress.next()).isEqualTo(50);
        progress.done(51);
        assertThat(progress.next()).isEqualTo(50);
        progress.done(50);
        assertThat(progress.next()).isEqualTo(52);
        progress.done(53);
        assertThat(progress.next()).isEqualTo(52);
        assertThat(progress.done()).isEqualTo(3);
    }
}
