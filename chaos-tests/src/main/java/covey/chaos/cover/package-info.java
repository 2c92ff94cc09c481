/** What struck in simulated runs, and what could have: faults, partitions, crash points by a node's part. */
@NullMarked
package covey.chaos.cover;

import org.jspecify.annotations.NullMarked;
