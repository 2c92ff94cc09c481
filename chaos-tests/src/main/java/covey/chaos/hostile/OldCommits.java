package covey.chaos.hostile;

import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;

/** Commits with the length of the content that is sent again, as the id names that length, too. */
record OldCommits(Crypto.Signer signer, Chain chain, OldContents contents) implements Voice {
    @Override
    public void say(SignedTransaction honest) {
        if (honest.transaction().statement() instanceof Statement.Commit commit
                && contents.old().isPresent()) {
            OldContents.Old old = contents.old().get();
            var again = new Statement.Commit(commit.round(), old.id(), old.lengthBytes());
            chain.submit(Voice.instead(honest, again, signer));
        } else {
            chain.submit(honest);
        }
    }
}
