package covey.protocol.port;

/** The environment failed under a store, record or journal: disk full, read or write error. */
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
