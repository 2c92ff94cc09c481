package covey.chaos.means;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A control group (version 1) for all nodes and what disturbs them, so that the machine is at most so busy; within it
 * one for nodes that are starting, which take what the others leave, as each node has a machine of its own where it is
 * not tested; and one whose members write slowly.
 */
public final class CpuQuota implements AutoCloseable {
    private static final Path CPU = Path.of("/sys/fs/cgroup/cpu");
    private static final Path DISK = Path.of("/sys/fs/cgroup/blkio");
    private static final long PERIOD_US = 100_000;
    private static final int SLOW_WRITES_A_SECOND = 12;
    /** What a process outside of a group weighs; a group weighs that much in all, unless told. */
    private static final int PROCESS_SHARES = 1024;
    /** What all that are starting weigh together, beside each busy thread of those that run. */
    private static final int STARTING_SHARES = 128;

    private final Path cpu;
    private final Path starting;
    private final Optional<Path> disk;

    private CpuQuota(Path cpu, Path starting, Optional<Path> disk) {
        this.cpu = cpu;
        this.starting = starting;
        this.disk = disk;
    }

    /**
     * @param share of all processors, 0 to 1
     * @param processes that will be in it: it is to weigh as much as these would outside of it
     * @param folder on the disk that is to be slow
     * @param missing told, in a line, what is not possible here
     */
    public static Optional<CpuQuota> open(double share, int processes, Path folder, Consumer<String> missing) {
        String name = "covey-chaos-" + ProcessHandle.current().pid();
        Path cpu = CPU.resolve(name);
        Path starting = cpu.resolve("starting");
        try {
            Files.createDirectory(cpu);
            long quotaUs = (long) (share * PERIOD_US * Runtime.getRuntime().availableProcessors());
            Files.writeString(cpu.resolve("cpu.shares"), Integer.toString(processes * PROCESS_SHARES));
            Files.writeString(cpu.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_US));
            Files.writeString(cpu.resolve("cpu.cfs_quota_us"), Long.toString(quotaUs));
            Files.createDirectory(starting);
            Files.writeString(starting.resolve("cpu.shares"), Integer.toString(STARTING_SHARES));
        } catch (IOException e) {
            missing.accept("no processor quota: " + cpu + " cannot be made (" + e.getMessage() + ")");
            return Optional.empty();
        }
        return Optional.of(new CpuQuota(cpu, starting, slowDisk(DISK.resolve(name), folder, missing)));
    }

    private static Optional<Path> slowDisk(Path group, Path folder, Consumer<String> missing) {
        try {
            Files.createDirectory(group);
            Files.writeString(
                    group.resolve("blkio.throttle.write_iops_device"), device(folder) + " " + SLOW_WRITES_A_SECOND);
            return Optional.of(group);
        } catch (IOException | UnsupportedOperationException e) {
            missing.accept("no slow disk: " + group + " cannot be made (" + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    /** MAJOR:MINOR, from the numbers that Linux packs into 64 bits. */
    private static String device(Path folder) throws IOException {
        long device = ((Number) Files.getAttribute(folder, "unix:dev")).longValue();
        long major = device >> 8 & 0xfff | device >> 32 & ~0xfffL;
        long minor = device & 0xff | device >> 12 & ~0xffL;
        return String.format(Locale.ROOT, "%d:%d", major, minor);
    }

    /** With all of its threads, and what it starts from now on. */
    public void add(long pid) {
        move(pid, cpu);
    }

    /** The same for a node, until it is added as one that runs. */
    public void addStarting(long pid) {
        move(pid, starting);
    }

    public boolean canSlowDisks() {
        return disk.isPresent();
    }

    public void slowDisk(long pid) {
        disk.ifPresent(group -> move(pid, group));
    }

    public void normalDisk(long pid) {
        move(pid, DISK);
    }

    private static void move(long pid, Path group) {
        try {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
        } catch (IOException gone) {
            // The process has ended meanwhile.
            return;
        }
    }

    /** Once no process is left in it. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(starting);
            Files.deleteIfExists(cpu);
            disk.ifPresent(group -> Signal.run("rmdir", group.toString()));
        } catch (IOException e) {
            Signal.run("rmdir", starting.toString(), cpu.toString());
        }
    }
}
