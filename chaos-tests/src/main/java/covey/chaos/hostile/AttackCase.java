package covey.chaos.hostile;

import covey.protocol.model.AggregationPolicy;
import java.util.Optional;

/**
 * One run of the attack table.
 *
 * @param cheat empty: all are honest
 */
record AttackCase(Optional<Cheat> cheat, AggregationPolicy policy, long seed) {
    static final String NONE = "none";

    /** Its name on the command line. */
    String kind() {
        return cheat.map(Cheat::text).orElse(NONE);
    }

    /** The run that its loss is measured against; itself where nobody cheats. */
    AttackCase baseline() {
        return new AttackCase(cheat.map(Cheat::absent), policy, seed);
    }
}
