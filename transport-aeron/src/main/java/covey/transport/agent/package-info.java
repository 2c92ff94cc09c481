/**
 * Bulk transfer over Aeron: one agent that interprets the machines of {@code covey.protocol.transfer}.
 */
@NullMarked
package covey.transport.agent;

import org.jspecify.annotations.NullMarked;
