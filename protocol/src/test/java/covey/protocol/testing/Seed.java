package covey.protocol.testing;

import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * A random generator that says where it came from and can be forked by purpose, so that one more draw here changes
 * nothing there. {@code -Dcovey.seed=N} runs only that seed.
 */
public final class Seed implements RandomGenerator {
    private final long origin;
    private long state;

    private Seed(long origin, long state) {
        this.origin = origin;
        this.state = state;
    }

    public static Seed of(long seed) {
        return new Seed(seed, mix(seed + 0x9E3779B97F4A7C15L));
    }

    /** {@code count} seeds for a parameterized test; just the one of {@code covey.seed} if that is set. */
    public static LongStream range(int count) {
        Long only = Long.getLong("covey.seed");
        return only == null ? LongStream.range(0, count) : LongStream.of(only);
    }

    public Seed fork(String purpose) {
        return new Seed(origin, mix(state ^ mix(purpose.hashCode() * 0xBF58476D1CE4E5B9L)));
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

    @Override
    public String toString() {
        return "seed " + origin + " (run again with -Dcovey.seed=" + origin + ")";
    }
}
