package covey.protocol.ballot;

import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Hash;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sees all votes of a run and knows what is certified, whether or not an authority does. */
final class VoteWatch {
    /** A promise of the rules is broken. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    private final Authorities run;
    private final SortedMap<Long, Hash> certified = new TreeMap<>();
    private final SortedMap<String, SortedSet<Integer>> voters = new TreeMap<>();
    private final SortedMap<Integer, BallotNumber> promised = new TreeMap<>();

    VoteWatch(Authorities run) {
        this.run = run;
    }

    /** An authority said it, or has it on disk as its own vote. */
    void said(int authority, SignedVote vote) {
        if (!run.check().isSigned(authority, vote)) {
            throw new Violation("a vote of " + authority + " isn't signed by it");
        }
        BallotNumber fence = promised.getOrDefault(authority, BallotNumber.NONE);
        switch (vote) {
            case SignedVote.Promised p -> promised.merge(authority, p.ballot(), (a, b) -> a.isAbove(b) ? a : b);
            case SignedVote.Acked a -> {
                if (fence.isAbove(a.ballot())) {
                    throw new Violation(authority + " voted in " + a.ballot() + " after promising " + fence);
                }
                acked(authority, a);
            }
        }
    }

    private void acked(int authority, SignedVote.Acked a) {
        String slot = a.ballot() + " " + a.height() + " " + a.blockHash() + " " + a.stateHash();
        SortedSet<Integer> all = voters.computeIfAbsent(slot, _ -> new TreeSet<>());
        all.add(authority);
        if (all.size() >= run.genesis().quorum()) {
            certify(a.height(), a.blockHash());
        }
    }

    private void certify(long height, Hash hash) {
        Hash known = certified.putIfAbsent(height, hash);
        if (known != null && !known.equals(hash)) {
            throw new Violation("two certified blocks at height " + height);
        }
    }

    void finalized(CertifiedBlock block) {
        run.check().check(block).ifPresent(reason -> {
            throw new Violation("a final block is not certified: " + reason);
        });
        Hash hash = BlockCodec.hash(block.block(), run.run(), run.crypto());
        if (!hash.equals(certified.get(block.block().height()))) {
            throw new Violation(
                    "a final block was never certified, height " + block.block().height());
        }
    }

    long height() {
        return certified.isEmpty() ? 0 : certified.lastKey();
    }

    Hash at(long height) {
        return certified.getOrDefault(height, Hash.ZERO);
    }
}
