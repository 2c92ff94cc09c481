/** Tests of a testnet's parts; whole ones run in chaos-tests. */
@NullMarked
package covey.node.testnet;

import org.jspecify.annotations.NullMarked;
