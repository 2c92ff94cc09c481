package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With real keys. */
class CertificateCheckTest {
    private static final BallotNumber BALLOT = new BallotNumber(3, 1);

    private final TestRun run = TestRun.of(1, 1, 3);
    private final CertificateCheck check = new CertificateCheck(run.genesis(), run.runId(), run.crypto());
    private final Block block = run.builder().build(run.state(), 200, run.authority(1), List.of());
    private final Hash hash = BlockCodec.hash(block, run.runId(), run.crypto());
    private final Hash stateHash = stateHash();

    private Hash stateHash() {
        LedgerState after = run.machine().apply(run.state(), block).next();
        return run.machine().stateHash(after);
    }

    private Certificate.Vote vote(int by, BallotNumber ballot, long height, Hash blockHash, Hash state) {
        Crypto.Signer signer = run.authority(by);
        SignedVote.Acked vote = new SignedVote.Acked(ballot, height, blockHash, state, Bytes.EMPTY);
        return new Certificate.Vote(by, signer.sign(vote.message(run.runId())));
    }

    private Certificate.Vote vote(int by) {
        return vote(by, BALLOT, 1, hash, stateHash);
    }

    private CertifiedBlock certified(Certificate.Vote... votes) {
        return new CertifiedBlock(block, new Certificate(3, 1, hash, stateHash, List.of(votes)));
    }

    @Test
    void shouldTakeAQuorumOfEqualVotes() {
        assertThat(check.check(certified(vote(0), vote(2)))).isEmpty();
        assertThat(check.check(certified(vote(2), vote(1), vote(0)))).isEmpty();
    }

    @Test
    void shouldRefuseTooFewVotes() {
        assertThat(check.check(certified(vote(0))))
                .hasValueSatisfying(r -> assertThat(r).contains("votes: 1 (expected: at least 2)"));
        assertThat(check.check(certified())).isPresent();
    }

    @Test
    void shouldCountAnAuthorityOnce() {
        assertThat(check.check(certified(vote(0), vote(0))))
                .hasValueSatisfying(r -> assertThat(r).contains("once"));
    }

    @Test
    void shouldRefuseAVoteForAnythingElse() {
        Hash other = new Hash(1, 2, 3, 4);
        List<Certificate.Vote> wrong = new ArrayList<>();
        wrong.add(vote(2, new BallotNumber(4, 1), 1, hash, stateHash));
        wrong.add(vote(2, new BallotNumber(3, 2), 1, hash, stateHash));
        wrong.add(vote(2, BALLOT, 2, hash, stateHash));
        wrong.add(vote(2, BALLOT, 1, other, stateHash));
        wrong.add(vote(2, BALLOT, 1, hash, other));
        wrong.add(new Certificate.Vote(2, vote(1).signature()));
        wrong.add(new Certificate.Vote(2, Bytes.EMPTY));
        wrong.add(new Certificate.Vote(3, vote(1).signature()));
        wrong.add(new Certificate.Vote(-1, vote(1).signature()));
        for (Certificate.Vote vote : wrong) {
            assertThat(check.check(certified(vote(0), vote)))
                    .as(vote.toString())
                    .isPresent();
        }
    }

    @Test
    void shouldRefuseACertificateOfAnotherBlockOrBallot() {
        Hash other = new Hash(1, 2, 3, 4);
        Certificate foreign = new Certificate(
                3,
                1,
                other,
                stateHash,
                List.of(vote(0, BALLOT, 1, other, stateHash), vote(1, BALLOT, 1, other, stateHash)));
        assertThat(check.check(new CertifiedBlock(block, foreign)))
                .hasValueSatisfying(r -> assertThat(r).contains("block hash"));
        BallotNumber none = new BallotNumber(0, 1);
        Certificate noBallot = new Certificate(
                0, 1, hash, stateHash, List.of(vote(0, none, 1, hash, stateHash), vote(1, none, 1, hash, stateHash)));
        assertThat(check.check(new CertifiedBlock(block, noBallot)))
                .hasValueSatisfying(r -> assertThat(r).contains("ballot"));
    }

    @Test
    void shouldRefuseACertificateOfAnotherRun() {
        CertificateCheck elsewhere =
                new CertificateCheck(run.genesis(), TestRun.of(2, 1, 3).runId(), run.crypto());
        assertThat(elsewhere.check(certified(vote(0), vote(1)))).isPresent();
    }
}
