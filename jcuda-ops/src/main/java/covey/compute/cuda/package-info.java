/**
 * The kernels on an NVIDIA GPU: found and driven through JCuda, written in CUDA, shipped as PTX. The only package that
 * knows JCuda. All that a machine needs is a driver.
 */
@NullMarked
package covey.compute.cuda;

import org.jspecify.annotations.NullMarked;
