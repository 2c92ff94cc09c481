/**
 * {@code covey bench ablate}: what each part of the outer loop is worth at equal tokens and at equal bytes. Real
 * engines in one process; what the format of contributions can say goes through it, the rest is computed here.
 */
@NullMarked
package covey.node.bench.ablation;

import org.jspecify.annotations.NullMarked;
