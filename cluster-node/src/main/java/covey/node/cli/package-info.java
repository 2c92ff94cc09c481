/**
 * The command line: the root command, its exit codes and errors, and the verbs that need no running node of their own.
 */
@NullMarked
package covey.node.cli;

import org.jspecify.annotations.NullMarked;
