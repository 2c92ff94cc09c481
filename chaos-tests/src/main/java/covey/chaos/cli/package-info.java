/** Verbs of the command line for chaos testers. */
@NullMarked
package covey.chaos.cli;

import org.jspecify.annotations.NullMarked;
