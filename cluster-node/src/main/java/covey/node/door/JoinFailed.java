package covey.node.door;

/** No seed let this node in. The message is one line that names the seed and what was expected. */
public final class JoinFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JoinFailed(String message) {
        super(message);
    }
}
