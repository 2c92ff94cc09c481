/**
 * A whole Covey network on one machine: makes a run, starts real node processes on loopback, watches and stops them.
 */
@NullMarked
package covey.node.testnet;

import org.jspecify.annotations.NullMarked;
