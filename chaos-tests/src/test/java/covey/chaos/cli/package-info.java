/** Tests of the verbs' parts. */
@NullMarked
package covey.chaos.cli;

import org.jspecify.annotations.NullMarked;
