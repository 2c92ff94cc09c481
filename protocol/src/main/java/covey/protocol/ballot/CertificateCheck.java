package covey.protocol.ballot;

import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether a block is certified: distinct authorities of genesis, a quorum of them, signed the same ballot, height,
 * block hash and state hash (rule C3). Says nothing about the block's parent. Thread-safe.
 */
public final class CertificateCheck {
    private final Genesis genesis;
    private final RunId run;
    private final Crypto crypto;

    public CertificateCheck(Genesis genesis, RunId run, Crypto crypto) {
        this.genesis = genesis;
        this.run = run;
        this.crypto = crypto;
    }

    /** Why the block is not certified; empty if it is. */
    public Optional<String> check(CertifiedBlock certified) {
        Certificate certificate = certified.certificate();
        Hash hash = BlockCodec.hash(certified.block(), run, crypto);
        if (!certificate.blockHash().equals(hash)) {
            return broken("block hash", certificate.blockHash().brief(), hash.brief());
        }
        if (certificate.counter() < 1 || !isAuthority(certificate.authority())) {
            return broken("ballot", ballot(certificate), "counter from 1, an authority's index");
        }
        return checkVotes(certified);
    }

    private Optional<String> checkVotes(CertifiedBlock certified) {
        SortedSet<Integer> voters = new TreeSet<>();
        for (Certificate.Vote vote : certified.certificate().votes()) {
            if (!isAuthority(vote.authority()) || !voters.add(vote.authority())) {
                return broken("voter", vote.authority(), "an authority's index, once");
            }
            if (!isSigned(vote.authority(), vote(certified, vote))) {
                return broken("vote of authority " + vote.authority(), vote.signature(), "signed by it");
            }
        }
        return voters.size() < genesis.quorum()
                ? broken("votes", voters.size(), "at least " + genesis.quorum())
                : Optional.empty();
    }

    /** A vote of a certificate as its authority signed it. */
    static SignedVote.Acked vote(CertifiedBlock certified, Certificate.Vote vote) {
        Certificate c = certified.certificate();
        return new SignedVote.Acked(
                ballot(c), certified.block().height(), c.blockHash(), c.stateHash(), vote.signature());
    }

    static BallotNumber ballot(Certificate certificate) {
        return new BallotNumber(certificate.counter(), certificate.authority());
    }

    /** Whether the vote carries the authority's signature. False for an index that is none. */
    boolean isSigned(int authority, SignedVote vote) {
        Bytes signature = vote.signature();
        return isAuthority(authority)
                && signature.length() == Crypto.SIGNATURE_BYTES
                && crypto.verify(genesis.authorities().get(authority).hotkey(), vote.message(run), signature);
    }

    private boolean isAuthority(int index) {
        return index >= 0 && index < genesis.authorities().size();
    }

    private static Optional<String> broken(String name, Object value, String rule) {
        return Optional.of("certificate " + name + ": " + value + " (expected: " + rule + ")");
    }
}
