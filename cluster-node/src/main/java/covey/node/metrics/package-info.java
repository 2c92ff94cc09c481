/**
 * What a node tells the people who watch it: events, and where they go. Nothing here can stop or delay the node.
 */
@NullMarked
package covey.node.metrics;

import org.jspecify.annotations.NullMarked;
