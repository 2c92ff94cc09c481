/**
 * Constructs what a node is made of and ties the parts together; nobody else knows them all.
 */
@NullMarked
package covey.node.wiring;

import org.jspecify.annotations.NullMarked;
