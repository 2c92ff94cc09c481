/**
 * {@code covey bench}: what this machine does, each figure beside another one of the same run.
 */
@NullMarked
package covey.node.bench;

import org.jspecify.annotations.NullMarked;
