/** A validator's scores on disk and over HTTP, each with what it follows from. */
@NullMarked
package covey.node.score;

import org.jspecify.annotations.NullMarked;
