/** What struck in simulated runs, and what could have: faults, partitions, crash points by the part that a node plays. */
@NullMarked
package covey.chaos.cover;

import org.jspecify.annotations.NullMarked;
