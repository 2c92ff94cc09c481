package covey.chaos.sim;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a seed draws for its run before it starts: who takes part, how bad the network is, and which kinds of fault may
 * strike. Some kinds are left out of each run, so that rare ones get room.
 *
 * @param validators the first of them are the authorities as well
 * @param loss share of messages that are lost in the storm
 * @param duplicates share of messages that come twice
 * @param late share of messages that take up to 40 s
 * @param corrupt share of contents that arrive with a flipped bit
 * @param calmMs mean time between two faults
 * @param hostile trainers of genesis that do not follow the rules
 */
record Options(
        int trainers,
        int validators,
        int authorities,
        int observers,
        int rounds,
        double loss,
        double duplicates,
        double late,
        double corrupt,
        long calmMs,
        int checkpointRounds,
        int hostile,
        Set<Fault> faults) {

    static Options of(Seed seed, int rounds) {
        int authorities = seed.oneOf(java.util.List.of(1, 3, 3, 3, 3, 5));
        int validators = Math.max(authorities, 2 + seed.nextInt(3));
        int trainers = 3 + seed.nextInt(4);
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (seed.chance(0.6)) {
                faults.add(fault);
            }
        }
        return new Options(
                trainers,
                validators,
                authorities,
                Math.max(1, 8 - trainers - validators),
                rounds,
                seed.chance(0.5) ? 0.03 : 0,
                seed.chance(0.5) ? 0.03 : 0,
                seed.chance(0.4) ? 0.01 : 0,
                seed.chance(0.4) ? 0.05 : 0,
                seed.between(300, 3_000),
                seed.oneOf(java.util.List.of(2, 4, 8)),
                seed.chance(0.3) ? 1 : 0,
                faults);
    }

    int nodes() {
        return trainers + validators + observers;
    }
}
