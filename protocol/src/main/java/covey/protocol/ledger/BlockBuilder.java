package covey.protocol.ledger;

import covey.protocol.model.Genesis;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Makes the block that an authority proposes (rules B1, B2, B5). Takes from the waiting transactions, in their order,
 * those that count now; registrations and statements about the asset get bounded shares, so that a flood of them leaves
 * space for statements of rounds. Thread-safe.
 */
public final class BlockBuilder {
    /** Of an encoded block: all but its transactions. */
    private static final int FRAME_BYTES = 256;

    private final LedgerMachine machine;
    private final Genesis genesis;
    private final RunId run;

    public BlockBuilder(LedgerMachine machine, Genesis genesis, RunId run) {
        this.machine = machine;
        this.genesis = genesis;
        this.run = run;
    }

    /**
     * @param elapsedMs monotonic time since the proposer learned the parent's certificate; clamped (rule B2)
     * @param signer of an authority
     * @param waiting transactions whose signatures were checked when they arrived, in order of arrival
     */
    public Block build(
            LedgerState parent, long elapsedMs, Crypto.Signer signer, Collection<SignedTransaction> waiting) {
        long timeMs = parent.timeMs() + Math.clamp(elapsedMs, 1, Limits.BLOCK_TIME_MAX_MS);
        int proposer = genesis.authorityIndex(signer.hotkey());
        long height = parent.height() + 1;
        return new Block(
                height,
                parent.blockHash(),
                timeMs,
                proposer,
                signer.sign(BlockCodec.beaconMessage(run, height, parent.beacon())),
                select(parent, timeMs, waiting));
    }

    /** Of the waiting transactions those that count in a block over {@code parent}, within the limits of a block. */
    List<SignedTransaction> select(LedgerState parent, long timeMs, Collection<SignedTransaction> waiting) {
        LedgerMachine.Draft draft = machine.draft(parent, timeMs);
        List<SignedTransaction> selected = new ArrayList<>();
        int bytes = FRAME_BYTES;
        int registrations = 0;
        int economic = 0;
        for (SignedTransaction signed : waiting) {
            boolean registers = signed.transaction().statement() instanceof Statement.Register;
            boolean pays = signed.transaction().statement() instanceof Statement.Economic;
            if (selected.size() == Limits.BLOCK_MAX_TRANSACTIONS
                    || registers && registrations == Limits.BLOCK_REGISTER_TRANSACTIONS
                    || pays && economic == Limits.BLOCK_ECONOMY_TRANSACTIONS) {
                continue;
            }
            int size = Integer.BYTES + TransactionCodec.encode(signed).length;
            if (bytes + size <= Limits.BLOCK_MAX_BYTES
                    && draft.add(signed, false).isEmpty()) {
                selected.add(signed);
                bytes += size;
                registrations += registers ? 1 : 0;
                economic += pays ? 1 : 0;
            }
        }
        return List.copyOf(selected);
    }
}
