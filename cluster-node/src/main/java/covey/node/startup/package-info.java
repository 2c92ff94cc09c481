/** What the launcher needs to make nodes start fast. */
@NullMarked
package covey.node.startup;

import org.jspecify.annotations.NullMarked;
