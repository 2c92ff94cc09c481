/**
 * The node's own HTTP port: Pekko Management, metrics and the API. It reads only, and asks nobody who they are.
 */
@NullMarked
package covey.node.web;

import org.jspecify.annotations.NullMarked;
