/**
 * Checks of the source tree itself: format, layering, size and names.
 */
@NullMarked
package covey.node.build;

import org.jspecify.annotations.NullMarked;
