package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.port.BlockStore;
import covey.protocol.port.Chain;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain as an authority's own process sees it: blocks from its store, transactions into its mempool. Other
 * authorities get nothing from here.
 */
public final class LocalChain implements Chain {
    private static final Logger LOG = LoggerFactory.getLogger(LocalChain.class);

    private final AuthoritySystem authority;
    private final Semaphore news = new Semaphore(1);
    private final Consumer<CertifiedBlock> wake = block -> news.release();
    private volatile boolean closed;

    public LocalChain(AuthoritySystem authority) {
        this.authority = authority;
    }

    @Override
    public void follow(long nextHeight, Consumer<CertifiedBlock> listener) {
        authority.subscribe(wake);
        Thread reader = new Thread(() -> deliver(nextHeight, listener), "covey-local-chain");
        reader.setDaemon(true);
        reader.start();
    }

    private void deliver(long nextHeight, Consumer<CertifiedBlock> listener) {
        BlockStore blocks = authority.blocks();
        long height = nextHeight;
        try {
            while (!closed) {
                Optional<CertifiedBlock> block = blocks.read(height);
                if (block.isPresent()) {
                    listener.accept(block.get());
                    height++;
                } else {
                    news.acquire();
                    news.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void submit(SignedTransaction transaction) {
        authority.submit(transaction).ifPresent(r -> LOG.debug("refused: {} {}", r.reason(), r.detail()));
    }

    @Override
    public void close() {
        closed = true;
        authority.unsubscribe(wake);
        news.release();
    }
}
