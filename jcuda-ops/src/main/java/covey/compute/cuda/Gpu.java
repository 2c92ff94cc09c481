package covey.compute.cuda;

import java.util.Locale;

/** What a machine has: one GPU that the kernels run on, or the reason why there is none. */
public sealed interface Gpu {
    /** One line for a person. */
    String line();

    /**
     * @param ordinal number of the device, as the driver counts
     * @param driverVersion highest CUDA version of the driver: 1000 · major + 10 · minor
     * @param capability compute capability: 10 · major + minor
     */
    record Usable(int ordinal, String name, int driverVersion, int capability, long freeBytes, long totalBytes)
            implements Gpu {
        @Override
        public String line() {
            return String.format(
                    Locale.ROOT,
                    "%s, compute capability %s, %s of %s free, driver for CUDA %s",
                    name,
                    tenths(capability),
                    gibibytes(freeBytes),
                    gibibytes(totalBytes),
                    cudaVersion(driverVersion));
        }
    }

    /** @param line what is missing, and what was expected */
    record Unusable(String line) implements Gpu {}

    static String cudaVersion(int driverVersion) {
        return driverVersion / 1000 + "." + driverVersion % 1000 / 10;
    }

    /** A version that is counted in tenths. */
    static String tenths(int version) {
        return version / 10 + "." + version % 10;
    }

    static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
