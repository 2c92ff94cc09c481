/**
 * How long COMMIT waits for those who are late (rule D3).
 */
@NullMarked
package covey.protocol.deadline;

import org.jspecify.annotations.NullMarked;
