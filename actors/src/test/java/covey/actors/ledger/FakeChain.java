package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.port.Chain;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A chain that delivers what a test hands it, and remembers what was submitted. */
final class FakeChain implements Chain {
    final BlockingQueue<SignedTransaction> submitted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> followed = new LinkedBlockingQueue<>();
    private volatile Consumer<CertifiedBlock> listener = block -> {};

    @Override
    public void follow(long nextHeight, Consumer<CertifiedBlock> listener) {
        this.listener = listener;
        followed.add(nextHeight);
    }

    /** The height from which the follower wants blocks; waits until it says so. */
    long awaitFollowed() throws InterruptedException {
        Long height = followed.poll(TestLedger.PATIENCE_NS, TimeUnit.NANOSECONDS);
        if (height == null) {
            throw new AssertionError("follow was not called");
        }
        return height;
    }

    SignedTransaction awaitSubmitted() throws InterruptedException {
        SignedTransaction next = submitted.poll(TestLedger.PATIENCE_NS, TimeUnit.NANOSECONDS);
        if (next == null) {
            throw new AssertionError("nothing was submitted");
        }
        return next;
    }

    void deliver(CertifiedBlock block) {
        listener.accept(block);
    }

    @Override
    public void submit(SignedTransaction transaction) {
        submitted.add(transaction);
    }

    @Override
    public void close() {}
}
