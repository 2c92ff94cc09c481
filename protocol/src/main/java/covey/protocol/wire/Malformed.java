package covey.protocol.wire;

/** Input that no honest writer makes. Caught where input enters, and turned into a rejection there. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    public Malformed(String rule) {
        super(rule, null, false, false);
    }

    /** The rule that was broken, with the value. */
    public String rule() {
        String message = getMessage();
        return message == null ? "malformed" : message;
    }
}
