package covey.protocol.round;

import covey.protocol.assign.DataAssignment;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;

/** What does not change while a node runs. */
record Setup(Genesis genesis, Hotkey self, int roles, DataAssignment assignment) {

    boolean is(Role role) {
        return role.in(roles);
    }

    /** In which role this node says what any role may say. */
    Role primaryRole() {
        if (is(Role.VALIDATOR)) {
            return Role.VALIDATOR;
        }
        if (is(Role.TRAINER)) {
            return Role.TRAINER;
        }
        return is(Role.OBSERVER) ? Role.OBSERVER : Role.AUTHORITY;
    }

    int checkpointRounds() {
        return Math.max(1, genesis.timing().checkpointRounds());
    }

    long thetaBytes() {
        return Float.BYTES * genesis.model().parameterCount();
    }

    /** Whether a contribution is this node's own or its owner's (rule A3). */
    boolean isOwn(LedgerState ledger, Hotkey owner) {
        return ledger.registry().areOfOneOwner(self, owner);
    }
}
