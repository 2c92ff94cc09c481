package covey.node.ledger;

import covey.node.cli.CommandFailed;
import covey.node.config.GenesisFile;
import covey.node.store.JournalFile;
import covey.protocol.ballot.CertificateCheck;
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

/**
 * Runs a file of certified blocks from genesis: each block must be certified by a quorum of the authorities of genesis,
 * follow its parent, and lead to the state hash that they signed. Whoever served the file is not trusted.
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
        void paid(long height, Payment payment);
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

    private void apply(JournalFile.Entry entry) {
        try {
            CertifiedBlock block = BlockCodec.decodeCertified(entry.content().toArray());
            certificates.check(block).ifPresent(reason -> fail(entry, reason));
            machine.validateBlock(state, block.block()).ifPresent(reason -> fail(entry, reason));
            machine.payments(state, block.block())
                    .forEach(payment -> listener.paid(block.block().height(), payment));
            LedgerMachine.Applied applied = machine.apply(state, block.block());
            state = applied.next();
            Hash hash = machine.stateHash(state);
            if (!hash.equals(block.certificate().stateHash())) {
                fail(
                        entry,
                        "state hash: " + hash.brief() + " (expected: "
                                + block.certificate().stateHash().brief() + ", as the authorities signed)");
            }
            transactionCount += block.block().transactions().size();
            rejectionCount += applied.rejections().size();
        } catch (Malformed e) {
            fail(entry, e.rule());
        }
    }

    private static void fail(JournalFile.Entry entry, String reason) {
        throw new CommandFailed("block " + entry.sequence() + ": " + reason);
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
