package covey.chaos.judge;

import covey.node.config.GenesisFile;
import covey.node.store.BlockFile;
import covey.node.store.JournalFile;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The block files of all nodes as one chain: no two certified blocks at one height, each certified (rules C3, C5). */
final class OneChain {
    private final RunId run;
    private final Crypto crypto;
    private final CertificateCheck certificates;
    private final Consumer<Finding> findings;
    private final SortedMap<Long, CertifiedBlock> blocks = new TreeMap<>();
    private final SortedMap<Long, Bytes> seen = new TreeMap<>();

    OneChain(GenesisFile genesis, Crypto crypto, Consumer<Finding> findings) {
        this.run = genesis.runId();
        this.crypto = crypto;
        this.certificates = new CertificateCheck(genesis.genesis(), run, crypto);
        this.findings = findings;
    }

    /** Of a stopped node: an incomplete last entry is what a crash leaves, other damage is not. */
    void read(String node, Path file) throws IOException {
        JournalFile.Scan scan = BlockFile.scan(file, entry -> add(node + " " + file.getFileName(), entry));
        if (scan.damage() != null && !scan.damage().torn()) {
            findings.accept(new Finding("damaged-blocks", node + ": " + scan.damage()));
        }
    }

    private void add(String where, JournalFile.Entry entry) {
        Bytes known = seen.putIfAbsent(entry.sequence(), entry.content());
        if (known != null && known.equals(entry.content())) {
            return;
        }
        try {
            add(
                    where,
                    entry.sequence(),
                    BlockCodec.decodeCertified(entry.content().toArray()));
        } catch (Malformed e) {
            findings.accept(new Finding("malformed-block", where + " height " + entry.sequence() + ": " + e.rule()));
        }
    }

    private void add(String where, long height, CertifiedBlock block) {
        certificates
                .check(block)
                .ifPresent(why ->
                        findings.accept(new Finding("no-certificate", where + " height " + height + ": " + why)));
        CertifiedBlock first = blocks.putIfAbsent(height, block);
        if (first != null && !hash(first).equals(hash(block))) {
            findings.accept(new Finding(
                    "two-blocks",
                    where + " height " + height + ": " + hash(block).brief() + ", others "
                            + hash(first).brief()));
        }
    }

    private Hash hash(CertifiedBlock block) {
        return BlockCodec.hash(block.block(), run, crypto);
    }

    /** By height, from 1. */
    Collection<CertifiedBlock> blocks() {
        return blocks.values();
    }
}
