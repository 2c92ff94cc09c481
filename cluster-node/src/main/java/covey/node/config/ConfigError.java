package covey.node.config;

/**
 * The operator gave something unusable. The message is one line, {@code name: value (expected: rule)}; commands print
 * it and end with exit code 2.
 */
public final class ConfigError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigError(String message) {
        super(message);
    }

    public ConfigError(String message, Throwable cause) {
        super(message, cause);
    }
}
