package covey.chaos.judge;

/**
 * Something that must not be.
 *
 * @param invariant short kebab-case name of what is broken
 * @param what one line
 */
public record Finding(String invariant, String what) {
    @Override
    public String toString() {
        return invariant + ": " + what;
    }
}
