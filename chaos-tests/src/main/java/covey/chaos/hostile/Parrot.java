package covey.chaos.hostile;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionCodec;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * Keeps its own judgement to itself and repeats what other validators say in blocks: verdicts, evaluations, and weights
 * where they are in the open. Weights that are committed to and shown later it can't repeat in time, and says none.
 */
public final class Parrot implements Voice {
    private static final int REMEMBERED = 256;

    private final Crypto.Signer signer;
    private final Chain chain;
    /** Two parrots would else go on for ever. Used by the chain's thread. */
    private final SequencedSet<Statement> said = new LinkedHashSet<>();

    Parrot(Crypto.Signer signer, Chain chain) {
        this.signer = signer;
        this.chain = chain;
    }

    @Override
    public void say(SignedTransaction honest) {
        if (!isJudgement(honest.transaction().statement())) {
            chain.submit(honest);
        }
    }

    @Override
    public void hear(CertifiedBlock block) {
        block.block().transactions().stream()
                .map(SignedTransaction::transaction)
                .filter(theirs -> !theirs.hotkey().equals(signer.hotkey()))
                .filter(theirs -> isRepeatable(theirs.statement()))
                .filter(theirs -> remember(theirs.statement()))
                .forEach(theirs -> chain.submit(repeated(theirs)));
    }

    private boolean remember(Statement statement) {
        boolean fresh = said.add(statement);
        if (said.size() > REMEMBERED) {
            said.removeFirst();
        }
        return fresh;
    }

    private SignedTransaction repeated(Transaction theirs) {
        return TransactionCodec.sign(
                new Transaction(
                        theirs.run(),
                        signer.hotkey(),
                        theirs.role(),
                        theirs.nonce(),
                        theirs.expiryHeight(),
                        theirs.statement()),
                signer);
    }

    /** What it has heard instead of judging for itself. */
    public static boolean isRepeatable(Statement statement) {
        return statement instanceof Statement.Attest
                || statement instanceof Statement.Evaluate
                || statement instanceof Statement.Economic(EconomyStatement.SetWeights _);
    }

    /** What takes work to find out. */
    static boolean isJudgement(Statement statement) {
        return isRepeatable(statement)
                || statement instanceof Statement.Economic(EconomyStatement.CommitWeights _)
                || statement instanceof Statement.Economic(EconomyStatement.RevealWeights _);
    }
}
