/** What the launcher needs to make nodes start fast, and what ends them in order. */
@NullMarked
package covey.node.startup;

import org.jspecify.annotations.NullMarked;
