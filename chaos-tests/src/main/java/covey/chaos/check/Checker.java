package covey.chaos.check;

/** Sees every event of a run in order; throws {@link Violation}. For one thread. */
public interface Checker {
    void see(Event event);
}
