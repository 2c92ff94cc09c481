package covey.chaos.hostile;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.port.Chain;
import java.util.function.Consumer;

/** A chain that tells the truth to a node that may not. */
record DisguisedChain(Chain honest, Voice voice) implements Chain {
    @Override
    public void follow(long nextHeight, Consumer<CertifiedBlock> listener) {
        honest.follow(nextHeight, block -> {
            voice.hear(block);
            listener.accept(block);
        });
    }

    @Override
    public void submit(SignedTransaction transaction) {
        voice.say(transaction);
    }

    @Override
    public void close() {
        honest.close();
    }
}
