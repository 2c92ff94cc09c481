/**
 * What an operator hands to a node: hotkey file, genesis file, configuration.
 * Each mistake is one line that names the value and the rule.
 */
@NullMarked
package covey.node.config;

import org.jspecify.annotations.NullMarked;
