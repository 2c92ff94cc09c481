package covey.protocol.ledger;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;

/**
 * A statement with its envelope (rule B1).
 *
 * @param role the role in which the hotkey speaks (rule A3)
 * @param nonce unique per hotkey until expiry, not ordered
 * @param expiryHeight the last height at which it may stand in a block
 */
public record Transaction(RunId run, Hotkey hotkey, Role role, long nonce, long expiryHeight, Statement statement) {}
