package covey.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.compute.cuda.DeviceLayout.Kept;
import covey.compute.cuda.DeviceLayout.Region;
import covey.compute.cuda.DeviceLayout.Sharing;
import covey.protocol.model.Presets;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceLayoutTest {
    private static final long GIB = 1L << 30;

    /** Counts, and has so much memory and no more. */
    private static final class CountingDevice implements Device {
        private final long most;
        private final Map<Long, Long> pieces = new HashMap<>();
        private long next = 256;

        CountingDevice(long most) {
            this.most = most;
        }

        long used() {
            return pieces.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public long allocate(long bytes) {
            if (used() + bytes > most) {
                throw new DeviceFailure("full");
            }
            pieces.put(next, bytes);
            next += bytes + 256;
            return next - bytes - 256;
        }

        @Override
        public void free(long address) {
            pieces.remove(address);
        }

        @Override
        public void clear(long address, long bytes) {}

        @Override
        public void write(MemorySegment from, long address) {}

        @Override
        public void read(long address, MemorySegment to) {}

        @Override
        public void copy(long from, long to, long bytes) {}

        @Override
        public void launch(KernelCall call) {}

        @Override
        public void close() {}
    }

    private static DeviceLayout fit(String preset, int gpus, long gib) {
        Presets.Preset found = Presets.named(preset).orElseThrow();
        return DeviceLayout.fit(found.shape(), found.batch(), gpus, gib * GIB);
    }

    /** The 72B shape on eight GPUs of 80 GiB fits nowhere: it is the smallest there is. */
    @ParameterizedTest
    @CsvSource({
        "nano, 1, 8, OPTIMIZER, LAYERS",
        "512m, 1, 80, OPTIMIZER, LAYERS",
        "8b, 1, 80, HOST_MOMENTS, INPUTS",
        "8b, 8, 80, OPTIMIZER, LAYERS",
        "72b, 8, 141, HOST_MOMENTS, LAYERS",
        "72b, 8, 80, HOST_MOMENTS, INPUTS",
        "72b, 32, 141, ALL, LAYERS"
    })
    void shouldTakeTheFastestThatFits(String preset, int gpus, long gib, Sharing sharing, Kept kept) {
        DeviceLayout layout = fit(preset, gpus, gib);
        assertThat(layout.sharing()).isEqualTo(sharing);
        assertThat(layout.kept()).isEqualTo(kept);
    }

    @Test
    void shouldHoldTwentySixBytesAParameterOnOneGpu() {
        DeviceLayout layout = fit("2b", 1, 1000);
        long state = layout.regions().stream()
                .filter(region -> !region.host())
                .limit(7)
                .mapToLong(Region::bytes)
                .sum();
        assertThat(state).isEqualTo(26 * layout.shape().parameterCount());
    }

    @Test
    void shouldTakeAsManyWindowsAsFit() {
        DeviceLayout layout = fit("178m", 1, 80);
        assertThat(layout.windows()).isEqualTo(32);
        assertThat(fit("178m", 4, 80).windows()).isEqualTo(8);
        assertThat(fit("2b", 1, 80).gpuBytes()).isBetween(30 * GIB, 80 * GIB);
    }

    @Test
    void shouldAllocateWhatItPlans() {
        DeviceLayout layout = fit("small", 1, 8);
        CountingDevice exact = new CountingDevice(layout.gpuBytes());
        assertThat(layout.allocate(exact)).doesNotHaveDuplicates();
        assertThat(exact.used()).isEqualTo(layout.gpuBytes());
        CountingDevice less = new CountingDevice(layout.gpuBytes() - 1);
        assertThatThrownBy(() -> layout.allocate(less)).isInstanceOf(DeviceFailure.class);
        assertThat(less.used()).isZero();
    }
}
