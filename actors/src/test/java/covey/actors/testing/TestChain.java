package covey.actors.testing;

import covey.protocol.ballot.BallotNumber;
import covey.protocol.ballot.SignedVote;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockBuilder;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One authority's chain without ballots: a certified block every few milliseconds, on a thread of its own. */
public final class TestChain implements AutoCloseable {
    private static final long BLOCK_MS = 20;

    private final Genesis genesis;
    private final RunId run;
    private final Crypto crypto;
    private final Crypto.Signer authority;
    private final LedgerMachine machine;
    private final BlockBuilder builder;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Set<SignedTransaction> waiting = new LinkedHashSet<>();
    private final List<CertifiedBlock> blocks = new ArrayList<>();
    private final List<Following> followers = new ArrayList<>();
    private LedgerState state;

    /** @param authority the only one of genesis */
    public TestChain(Genesis genesis, RunId run, Crypto crypto, Crypto.Signer authority) {
        this.genesis = genesis;
        this.run = run;
        this.crypto = crypto;
        this.authority = authority;
        machine = new LedgerMachine(genesis, run, crypto);
        builder = new BlockBuilder(machine, genesis, run);
        state = machine.initial();
        thread.scheduleWithFixedDelay(this::block, BLOCK_MS, BLOCK_MS, TimeUnit.MILLISECONDS);
    }

    public synchronized LedgerState state() {
        return state;
    }

    /** A node's end of the chain. */
    public Chain port() {
        return new Following();
    }

    private synchronized void block() {
        Block block = builder.build(state, BLOCK_MS, authority, List.copyOf(waiting));
        waiting.clear();
        state = machine.apply(state, block).next();
        blocks.add(new CertifiedBlock(block, certificate(block)));
        followers.forEach(Following::deliver);
    }

    private Certificate certificate(Block block) {
        Hash hash = BlockCodec.hash(block, run, crypto);
        Hash stateHash = machine.stateHash(state);
        int index = genesis.authorityIndex(authority.hotkey());
        var vote = new SignedVote.Acked(new BallotNumber(1, index), block.height(), hash, stateHash, Bytes.EMPTY);
        Bytes signature = authority.sign(vote.message(run));
        return new Certificate(1, index, hash, stateHash, List.of(new Certificate.Vote(index, signature)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private final class Following implements Chain {
        private int next;
        private Consumer<CertifiedBlock> listener = block -> {};

        @Override
        public void follow(long nextHeight, Consumer<CertifiedBlock> toTell) {
            synchronized (TestChain.this) {
                next = Math.toIntExact(nextHeight - 1);
                listener = toTell;
                followers.add(this);
            }
        }

        private void deliver() {
            while (next < blocks.size()) {
                listener.accept(blocks.get(next++));
            }
        }

        @Override
        public void submit(SignedTransaction transaction) {
            synchronized (TestChain.this) {
                waiting.add(transaction);
            }
        }

        @Override
        public void close() {
            synchronized (TestChain.this) {
                followers.remove(this);
            }
        }
    }
}
