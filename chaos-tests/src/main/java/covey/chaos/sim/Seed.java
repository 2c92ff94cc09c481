package covey.chaos.sim;

import java.util.List;
import java.util.random.RandomGenerator;

/** SplitMix64, forked by purpose, so that one more draw here changes nothing there. */
final class Seed implements RandomGenerator {
    private long state;

    private Seed(long state) {
        this.state = state;
    }

    static Seed of(long number) {
        return new Seed(mix(number + 0x9E3779B97F4A7C15L));
    }

    Seed fork(String purpose) {
        return new Seed(mix(state ^ mix(purpose.hashCode() * 0xBF58476D1CE4E5B9L)));
    }

    boolean chance(double share) {
        return share > 0 && nextDouble() < share;
    }

    /** From {@code least} to {@code most}, both possible. */
    long between(long least, long most) {
        return least + nextLong(most - least + 1);
    }

    <T> T oneOf(List<T> all) {
        return all.get(nextInt(all.size()));
    }

    @Override
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
