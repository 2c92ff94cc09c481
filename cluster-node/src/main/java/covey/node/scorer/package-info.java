/** Scorers of mechanisms that are programs of their own: docs/mechanisms.md. */
@NullMarked
package covey.node.scorer;

import org.jspecify.annotations.NullMarked;
