package covey.node.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Looks at the Java runtime and the machine, and changes nothing but one temporary file. */
final class MachineChecks {
    private static final long MIB = 1 << 20;
    private static final int JDK = 25;
    private static final int SYNC_COUNT = 15;
    private static final long SYNC_SLOW_MICROS = 20_000;

    private MachineChecks() {}

    static Check jdk(int feature, String version) {
        return feature == JDK
                ? Check.ok("jdk", version)
                : Check.fail("jdk", version, "install a JDK 25 and set COVEY_JAVA_HOME to it");
    }

    static Check flags() {
        boolean opened = Object.class.getModule().isOpen("jdk.internal.misc", MachineChecks.class.getModule());
        boolean exported = Object.class.getModule().isExported("jdk.internal.module", MachineChecks.class.getModule());
        boolean nativeAccess = MachineChecks.class.getModule().isNativeAccessEnabled();
        return opened && exported && nativeAccess
                ? Check.ok("flags", "native access, jdk.internal.misc and jdk.internal.module are there")
                : Check.fail(
                        "flags",
                        "native access " + nativeAccess + ", jdk.internal.misc " + opened + ", jdk.internal.module "
                                + exported,
                        "start by ./covey, which has the flags");
    }

    static Check sources(Path javaHome) {
        Path zip = javaHome.resolve("lib").resolve("src.zip");
        return Files.isReadable(zip)
                ? Check.ok("src.zip", zip.toString())
                : Check.warn("src.zip", zip + " is not there", "install the JDK's sources, or name a text by --corpus");
    }

    static Check sharedMemory(Path directory) {
        try {
            long free = Files.getFileStore(directory).getUsableSpace() / MIB;
            return Check.atLeast(
                    "shared memory",
                    free + " MiB free in " + directory,
                    "make " + directory + " larger; a container has --shm-size=512m",
                    free,
                    64,
                    256);
        } catch (IOException e) {
            return Check.warn("shared memory", directory + " is not there", "bulk transfer uses the disk instead");
        }
    }

    static Check disk(Path directory) {
        try {
            long free = Files.getFileStore(existing(directory)).getUsableSpace() / MIB;
            return Check.atLeast(
                    "disk", free + " MiB free for " + directory, "free some, or set dataDirectory", free, 256, 2048);
        } catch (IOException e) {
            return Check.fail("disk", directory + ": " + e.getMessage(), "set dataDirectory");
        }
    }

    /** The folder, or the nearest one above it that exists. */
    private static Path existing(Path directory) {
        Path found = directory.toAbsolutePath();
        for (Path above = found; above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return above;
            }
        }
        return found;
    }

    static Check sync(Path directory) {
        try {
            long micros = medianSyncMicros(existing(directory));
            String detail = micros + " µs to sync 4 KiB, median of " + SYNC_COUNT;
            return micros <= SYNC_SLOW_MICROS
                    ? Check.ok("fsync", detail)
                    : Check.warn("fsync", detail, "put dataDirectory on a local SSD; each vote and commit syncs");
        } catch (IOException e) {
            return Check.fail("fsync", directory + ": " + e, "set dataDirectory to a folder that you may write to");
        }
    }

    private static long medianSyncMicros(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "covey-doctor", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long[] micros = new long[SYNC_COUNT];
            for (int i = 0; i < SYNC_COUNT; i++) {
                long from = System.nanoTime();
                channel.write(ByteBuffer.allocate(4096));
                channel.force(true);
                micros[i] = (System.nanoTime() - from) / 1000;
            }
            Arrays.sort(micros);
            return micros[SYNC_COUNT / 2];
        } finally {
            Files.delete(file);
        }
    }

    static Check memory() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long total = system.getTotalMemorySize() / MIB;
        String fix = "use a machine with more memory; a testnet node takes about 300 MiB";
        return Check.atLeast("memory", total + " MiB", fix, total, 1024, 4096);
    }

    static Check openFiles() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return Check.ok("open files", "not limited");
        }
        long most = system.getMaxFileDescriptorCount();
        return Check.atLeast("open files", "at most " + most, "ulimit -n 65536", most, 512, 4096);
    }

    static Check receiveBuffer(Path setting) {
        long wanted = 2 * MIB;
        try {
            long bytes = Long.parseLong(firstRead(setting).trim());
            return bytes >= wanted
                    ? Check.ok("udp buffer", bytes + " bytes")
                    : Check.warn("udp buffer", bytes + " bytes", "sysctl -w net.core.rmem_max=" + wanted);
        } catch (IOException | NumberFormatException e) {
            return Check.ok("udp buffer", "not known on this system");
        }
    }

    /** Kernel settings give their text to the first read only. */
    private static String firstRead(Path setting) throws IOException {
        try (InputStream in = Files.newInputStream(setting)) {
            byte[] text = new byte[64];
            return new String(text, 0, Math.max(0, in.read(text)), US_ASCII);
        }
    }
}
