package covey.node.wiring;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.port.Chain;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Keeps a Ready from the chain while no peer is reachable: nobody could fetch what this node commits, and the round
 * would wait for it in vain (rule F1: joins the cluster, is Ready). Whoever says it says it again, so nothing is lost.
 */
record ReadyGate(Chain chain, BooleanSupplier isJoined) implements Chain {
    @Override
    public void follow(long nextHeight, Consumer<CertifiedBlock> listener) {
        chain.follow(nextHeight, listener);
    }

    @Override
    public void submit(SignedTransaction transaction) {
        if (isJoined.getAsBoolean() || !(transaction.transaction().statement() instanceof Statement.Ready)) {
            chain.submit(transaction);
        }
    }

    @Override
    public void close() {
        chain.close();
    }
}
