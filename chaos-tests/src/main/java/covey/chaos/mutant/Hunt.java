package covey.chaos.mutant;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/** Runs the simulator on a mutant, seed after seed, until a checker speaks. */
public final class Hunt {
    private static final String SIMULATION = "covey.chaos.sim.Simulation";

    private Hunt() {}

    /** @param what the first line of what the checker, or an exception of the mutant, said */
    public record Found(long seed, String what) {}

    /** Empty if {@code seeds} seeds from {@code first} on show nothing. */
    public static Optional<Found> find(Mutant mutant, long first, int seeds, int rounds) {
        Method run = simulation(mutant);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                run.invoke(null, seed, rounds);
            } catch (InvocationTargetException e) {
                return Optional.of(new Found(seed, line(e.getTargetException())));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.empty();
    }

    private static Method simulation(Mutant mutant) {
        try {
            return new MutantLoader(mutant, Hunt.class.getClassLoader())
                    .loadClass(SIMULATION)
                    .getMethod("run", long.class, int.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(Throwable cause) {
        String text = cause.getClass().getSimpleName().equals("Violation") ? "" + cause.getMessage() : cause.toString();
        return text.lines().findFirst().orElse("");
    }
}
