package covey.chaos.process;

import covey.chaos.means.CpuQuota;
import covey.chaos.means.Namespaces;
import covey.chaos.means.SmallDisk;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What this machine allows.
 *
 * @param disks small file systems, by the node whose folder they are
 * @param network a namespace for each node, where there may be partitions
 */
record Means(Optional<CpuQuota> quota, SortedMap<String, SmallDisk> disks, Optional<Namespaces> network) {
    private static final Set<FaultKind> CUTS = EnumSet.of(FaultKind.PARTITION, FaultKind.MUTE, FaultKind.DEAF);

    /** Faults that are possible. */
    Set<FaultKind> kinds() {
        EnumSet<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        if (network.isEmpty()) {
            kinds.removeAll(CUTS);
        }
        if (network.filter(Namespaces::canBeRough).isEmpty()) {
            kinds.remove(FaultKind.ROUGH_LINK);
        }
        if (disks.isEmpty()) {
            kinds.remove(FaultKind.FULL_DISK);
        }
        if (quota.filter(CpuQuota::canSlowDisks).isEmpty()) {
            kinds.remove(FaultKind.SLOW_DISK);
        }
        return kinds;
    }
}
