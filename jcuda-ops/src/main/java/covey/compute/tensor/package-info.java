/**
 * Views of parameters and activations. A view says where values lie; who keeps the buffer owns them.
 */
@NullMarked
package covey.compute.tensor;

import org.jspecify.annotations.NullMarked;
