/** What this machine allows a chaos run to do: quotas, small and slow disks, network namespaces, busy neighbours. */
@NullMarked
package covey.chaos.means;

import org.jspecify.annotations.NullMarked;
