/**
 * Checks and times the kernels of a device in one go, for machines that are at hand for minutes only: each check is one
 * finding, and none ends the others.
 */
@NullMarked
package covey.compute.check;

import org.jspecify.annotations.NullMarked;
