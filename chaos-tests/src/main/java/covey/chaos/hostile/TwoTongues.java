package covey.chaos.hostile;

import covey.node.wiring.HostileRoles.Self;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;

/**
 * Two Commits where one is due: the first, third and fifth authority gets what the node made, the others get a content
 * that nobody has. A sole authority gets both, in this order.
 */
public record TwoTongues(Self self, Chain chain) implements Voice {
    @Override
    public void say(SignedTransaction honest) {
        if (!(honest.transaction().statement() instanceof Statement.Commit commit)) {
            chain.submit(honest);
            return;
        }
        SignedTransaction twin = twin(honest.transaction(), commit, self.signer());
        int doors = self.doors().size();
        for (int i = 0; i < doors; i++) {
            self.doors().get(i).accept(i % 2 == 0 ? honest : twin);
        }
        if (doors == 1) {
            self.doors().getFirst().accept(twin);
        }
    }

    /** Its nonce is another, so that it isn't taken for a repetition. */
    public static SignedTransaction twin(Transaction said, Statement.Commit commit, Crypto.Signer signer) {
        return TransactionCodec.sign(
                new Transaction(
                        said.run(),
                        said.hotkey(),
                        said.role(),
                        ~said.nonce(),
                        said.expiryHeight(),
                        new Statement.Commit(commit.round(), other(commit.contribution()), commit.lengthBytes())),
                signer);
    }

    private static ContentId other(ContentId content) {
        Hash hash = content.hash();
        return new ContentId(new Hash(~hash.a(), hash.b(), hash.c(), hash.d()));
    }
}
