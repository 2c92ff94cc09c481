package covey.chaos.process;

import covey.chaos.means.CpuQuota;
import covey.chaos.means.SmallDisk;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What this machine allows.
 *
 * @param disks small file systems, by the node whose folder they are
 */
record Means(Optional<CpuQuota> quota, SortedMap<String, SmallDisk> disks) {
    /** Faults that are possible. */
    Set<FaultKind> kinds() {
        EnumSet<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        kinds.remove(FaultKind.PARTITION);
        kinds.remove(FaultKind.MUTE);
        if (disks.isEmpty()) {
            kinds.remove(FaultKind.FULL_DISK);
        }
        if (quota.filter(CpuQuota::canSlowDisks).isEmpty()) {
            kinds.remove(FaultKind.SLOW_DISK);
        }
        return kinds;
    }
}
