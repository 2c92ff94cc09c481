package covey.chaos.means;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes that do nothing but keep processors busy. */
public final class Neighbours {
    private static final int A_PROCESSOR = 2;
    /** Should this process be killed, they end by themselves. */
    private static final int CPU_MAX_S = 30;

    private final List<Process> processes = new ArrayList<>();

    /** Two for each processor, in the nodes' quota. */
    public void start(Optional<CpuQuota> quota) {
        int count = A_PROCESSOR * Runtime.getRuntime().availableProcessors();
        try {
            for (int i = 0; i < count; i++) {
                Process busy =
                        new ProcessBuilder("sh", "-c", "ulimit -t " + CPU_MAX_S + "; while :; do :; done").start();
                quota.ifPresent(group -> group.add(busy.pid()));
                processes.add(busy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void stop() {
        processes.forEach(Process::destroyForcibly);
        processes.clear();
    }
}
