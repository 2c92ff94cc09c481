package covey.protocol.port;

/** A token stream cut into windows of T + 1 tokens at stride T (rule I1). Thread-safe, read-only. */
public interface TokenSource {
    long windowCount();

    /** Copies window {@code id}, T + 1 tokens, to {@code into} from {@code at}. */
    void window(long id, int[] into, int at);
}
