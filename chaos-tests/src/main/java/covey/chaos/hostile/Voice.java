package covey.chaos.hostile;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.port.Crypto;

/** What becomes of what an honest node would say. Threads are those of {@link covey.protocol.port.Chain}. */
interface Voice {
    /** Says it, or something else, or nothing. Equal ones may come again. */
    void say(SignedTransaction honest);

    /** Before the node itself hears of it; on the chain's thread. */
    default void hear(CertifiedBlock block) {}

    /** Another statement in the same envelope. */
    static SignedTransaction instead(SignedTransaction honest, Statement statement, Crypto.Signer signer) {
        Transaction said = honest.transaction();
        return TransactionCodec.sign(
                new Transaction(said.run(), said.hotkey(), said.role(), said.nonce(), said.expiryHeight(), statement),
                signer);
    }
}
