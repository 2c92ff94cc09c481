package covey.compute.cuda;

import covey.compute.cuda.Gpu.Unusable;
import covey.compute.cuda.Gpu.Usable;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Comparator;
import java.util.List;

/** Looks for a GPU. Whatever is missing on a machine becomes one line, never an exception. */
public final class GpuSearch {
    /** CUDA 12.0, which is the version of the shipped PTX: drivers from 525 on. */
    static final int DRIVER_MIN = 12_000;
    /** Ampere: tensor cores for bf16, asynchronous copies to shared memory. */
    static final int CAPABILITY_MIN = 80;

    private GpuSearch() {}

    /** What a driver says about itself and its devices. */
    record Facts(int driverVersion, List<Usable> devices) {}

    /**
     * The device with most free memory of those that fit.
     *
     * @param neededBytes free memory that it must have; 0 if any will do
     */
    public static Gpu find(long neededBytes) {
        String driver = driverName();
        if (!isThere(driver)) {
            return new Unusable("no NVIDIA driver: " + driver + " is not there (expected: driver 525 or later)");
        }
        try {
            NativeFolder.prepare();
            return judge(JCudaDevice.facts(), neededBytes);
        } catch (DeviceFailure | UnsatisfiedLinkError e) {
            return new Unusable(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("the driver does not load"));
        }
    }

    private static String driverName() {
        return System.getProperty("os.name").startsWith("Windows") ? "nvcuda.dll" : "libcuda.so.1";
    }

    @SuppressWarnings("restricted")
    private static boolean isThere(String library) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(library, arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Gpu judge(Facts facts, long neededBytes) {
        if (facts.driverVersion() < DRIVER_MIN) {
            return new Unusable("NVIDIA driver: for CUDA " + Gpu.cudaVersion(facts.driverVersion())
                    + " (expected: 12.0 or later, which driver 525 has)");
        }
        List<Usable> byMemory = facts.devices().stream()
                .sorted(Comparator.comparingLong(Usable::freeBytes).reversed())
                .toList();
        if (byMemory.isEmpty()) {
            return new Unusable("NVIDIA driver: no device (expected: at least one)");
        }
        List<Usable> able = byMemory.stream()
                .filter(device -> device.capability() >= CAPABILITY_MIN)
                .toList();
        if (able.isEmpty()) {
            Usable first = byMemory.getFirst();
            return new Unusable(first.name() + ": compute capability " + Gpu.tenths(first.capability()) + " (expected: "
                    + Gpu.tenths(CAPABILITY_MIN) + " or later)");
        }
        Usable largest = able.getFirst();
        if (largest.freeBytes() < neededBytes) {
            return new Unusable(largest.name() + ": " + Gpu.gibibytes(largest.freeBytes()) + " free (expected: "
                    + Gpu.gibibytes(neededBytes) + " or more)");
        }
        return largest;
    }
}
