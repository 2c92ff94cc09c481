package covey.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import covey.compute.cuda.Gpu.Unusable;
import covey.compute.cuda.Gpu.Usable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuSearchTest {
    private static final long GIB = 1L << 30;

    private static Usable device(int ordinal, int capability, long freeGib) {
        return new Usable(ordinal, "Card " + ordinal, 12_000, capability, freeGib * GIB, 80 * GIB);
    }

    private static Gpu judge(int driver, long neededGib, Usable... devices) {
        return GpuSearch.judge(new GpuSearch.Facts(driver, List.of(devices)), neededGib * GIB);
    }

    @Test
    void shouldTakeTheAbleDeviceWithMostMemory() {
        assertThat(judge(12_000, 30, device(0, 75, 70), device(1, 80, 20), device(2, 90, 40)))
                .isEqualTo(device(2, 90, 40));
        assertThat(device(2, 90, 40).line())
                .isEqualTo("Card 2, compute capability 9.0, 40.0 GiB of 80.0 GiB free, driver for CUDA 12.0");
    }

    @Test
    void shouldSayWhatIsMissingInOneLine() {
        assertThat(judge(11_080, 0, device(0, 90, 40)))
                .isEqualTo(
                        new Unusable("NVIDIA driver: for CUDA 11.8 (expected: 12.0 or later, which driver 525 has)"));
        assertThat(judge(13_000, 0)).isEqualTo(new Unusable("NVIDIA driver: no device (expected: at least one)"));
        assertThat(judge(13_000, 0, device(0, 75, 14)))
                .isEqualTo(new Unusable("Card 0: compute capability 7.5 (expected: 8.0 or later)"));
        assertThat(judge(13_000, 41, device(0, 75, 70), device(1, 90, 40)))
                .isEqualTo(new Unusable("Card 1: 40.0 GiB free (expected: 41.0 GiB or more)"));
    }

    /** On any machine, whatever it has. */
    @ParameterizedTest
    @CsvSource({"0", "4611686018427387904"})
    void shouldNeverThrow(long neededBytes) {
        Gpu found = GpuSearch.find(neededBytes);
        System.out.println("gpu: " + found.line());
        assertThat(found.line()).isNotBlank().doesNotContain("\n");
    }
}
