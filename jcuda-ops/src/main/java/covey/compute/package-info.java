/**
 * Tensors, kernels and the model. The module is called after JCuda because a node's GPU workers are driven through
 * it; the reference backend in plain Java defines every kernel's answer.
 */
@NullMarked
package covey.compute;

import org.jspecify.annotations.NullMarked;
