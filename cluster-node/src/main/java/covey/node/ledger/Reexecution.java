package covey.node.ledger;

import covey.node.cli.CommandFailed;
import covey.node.config.GenesisFile;
import covey.node.door.DoorClient;
import covey.node.store.JournalFile;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.economy.Payment;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs certified blocks from genesis: each must be certified by a quorum of the authorities of genesis, follow its
 * parent, and lead to the state hash that they signed. Whoever served them is not trusted. Used by one thread.
 */
public final class Reexecution {
    private final GenesisFile genesis;
    private final CertificateCheck certificates;
    private final LedgerMachine machine;
    private LedgerState state;
    private long transactionCount;
    private long rejectionCount;
    private final PaymentListener listener;

    /** Hears of each payment. */
    public interface PaymentListener {
        /** @param before and after the block that paid */
        void paid(Payment payment, LedgerState before, LedgerState after);
    }

    private Reexecution(GenesisFile genesis, Crypto crypto, PaymentListener listener) {
        this.listener = listener;
        this.genesis = genesis;
        this.certificates = new CertificateCheck(genesis.genesis(), genesis.runId(), crypto);
        this.machine = new LedgerMachine(genesis.genesis(), genesis.runId(), crypto);
        this.state = machine.initial();
    }

    /** Throws {@link CommandFailed} at the first block that is not as it should be. */
    public static Reexecution of(Path genesisFile, Path blocks, Crypto crypto, PaymentListener listener) {
        Reexecution run = new Reexecution(GenesisFile.read(genesisFile, crypto), crypto, listener);
        try {
            JournalFile.Scan scan = JournalFile.scan(blocks, run::apply);
            JournalFile.Damage damage = scan.damage();
            if (damage != null && !damage.torn()) {
                throw new CommandFailed("blocks: " + damage);
            }
        } catch (IOException e) {
            throw new CommandFailed("blocks: " + blocks + " (expected: a readable file)");
        }
        return run;
    }

    /** Of a run whose blocks come from doors. */
    public static Reexecution from(GenesisFile genesis, Crypto crypto, PaymentListener listener) {
        return new Reexecution(genesis, crypto, listener);
    }

    /** Goes on to the last block that the door has; IOException if it stops in their midst. */
    public void follow(DoorClient door) throws IOException {
        door.blocks(state.height() + 1, door.height(), this::apply);
    }

    private void apply(JournalFile.Entry entry) {
        try {
            apply(BlockCodec.decodeCertified(entry.content().toArray()));
        } catch (Malformed e) {
            fail(entry.sequence(), e.rule());
        }
    }

    /** Throws {@link CommandFailed} if it is not the next block, as it should be. */
    private void apply(CertifiedBlock certified) {
        Block block = certified.block();
        certificates.check(certified).ifPresent(reason -> fail(block.height(), reason));
        machine.validateBlock(state, block).ifPresent(reason -> fail(block.height(), reason));
        List<Payment> payments = machine.payments(state, block);
        LedgerState before = state;
        LedgerMachine.Applied applied = machine.apply(state, block);
        state = applied.next();
        Hash signed = certified.certificate().stateHash();
        Hash hash = machine.stateHash(state);
        if (!hash.equals(signed)) {
            fail(
                    block.height(),
                    "state hash: " + hash.brief() + " (expected: " + signed.brief() + ", as the authorities signed)");
        }
        payments.forEach(payment -> listener.paid(payment, before, state));
        transactionCount += block.transactions().size();
        rejectionCount += applied.rejections().size();
    }

    private static void fail(long height, String reason) {
        throw new CommandFailed("block " + height + ": " + reason);
    }

    GenesisFile genesis() {
        return genesis;
    }

    public LedgerState state() {
        return state;
    }

    Hash stateHash() {
        return machine.stateHash(state);
    }

    long transactionCount() {
        return transactionCount;
    }

    long rejectionCount() {
        return rejectionCount;
    }
}
