package covey.protocol.ballot;

import covey.protocol.ledger.BlockBuilder;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.Set;

/**
 * What never changes for an authority in a run.
 *
 * @param self own index in genesis
 */
record BallotContext(
        Genesis genesis,
        RunId run,
        Crypto crypto,
        Crypto.Signer signer,
        LedgerMachine ledger,
        BlockBuilder builder,
        CertificateCheck check,
        int self,
        Set<BallotFault> faults) {
    static final long NS_PER_MS = 1_000_000;

    int count() {
        return genesis.authorities().size();
    }

    int quorum() {
        return has(BallotFault.QUORUM_MINUS_ONE) ? Math.max(1, genesis.quorum() - 1) : genesis.quorum();
    }

    /** T of rule C4: longer than the interval of empty blocks, which are the sign of life. */
    long timeoutNs() {
        return NS_PER_MS
                * Math.max(Limits.BALLOT_TIMEOUT_MS, 2 * genesis.timing().blockIdleMs());
    }

    boolean has(BallotFault fault) {
        return faults.contains(fault);
    }
}
