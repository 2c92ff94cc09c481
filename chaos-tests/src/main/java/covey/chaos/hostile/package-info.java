/** Trainers that cheat: what they train on, whether they train, and what they send. */
@NullMarked
package covey.chaos.hostile;

import org.jspecify.annotations.NullMarked;
