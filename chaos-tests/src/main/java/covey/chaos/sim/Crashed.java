package covey.chaos.sim;

/** The process of a node dies here and now. */
final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crashed(String where) {
        super(where, null, false, false);
    }
}
