package covey.protocol.port;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import java.util.function.Consumer;

/**
 * Orders signed transactions into final blocks. Delivers each final block once, in order of height (rule B6); there is
 * no reorganisation. Methods return at once; the listener is called on the chain's own thread.
 */
public interface Chain extends AutoCloseable {
    /** Starts delivering from {@code nextHeight}. Called once. */
    void follow(long nextHeight, Consumer<CertifiedBlock> listener);

    /** Sends a transaction to all authorities. May be repeated; an authority drops what it has. */
    void submit(SignedTransaction transaction);

    @Override
    void close();
}
