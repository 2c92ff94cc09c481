package covey.node.store;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.List;

/** Blocks of a test run with certificates of the right form; nobody signed them. */
final class CertifiedBlocks {
    private CertifiedBlocks() {}

    /** Heights from 1 on. */
    static List<CertifiedBlock> of(int count) {
        TestRun run = TestRun.of(2, 1, 1).open();
        while (run.blocks().size() < count) {
            run.block();
        }
        List<CertifiedBlock> certified = new ArrayList<>();
        for (Block block : run.blocks()) {
            Certificate.Vote vote = new Certificate.Vote(0, block.beaconSignature());
            certified.add(new CertifiedBlock(
                    block,
                    new Certificate(
                            block.height(),
                            0,
                            BlockCodec.hash(block, run.runId(), run.crypto()),
                            run.hashOf("state " + block.height()),
                            List.of(vote))));
        }
        return certified;
    }
}
