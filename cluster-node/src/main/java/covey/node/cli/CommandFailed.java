package covey.node.cli;

/** A verb could not do its work. The message is one line, {@code name: value (expected: rule)}; exit code 1. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandFailed(String message) {
        super(message);
    }

    public CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
