package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Limits;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcceptorRulesTest {
    private static final BallotNumber BALLOT = new BallotNumber(5, 0);

    private final OneAuthority authority = OneAuthority.voting(3, 2);

    @Test
    void shouldPersistAPromiseBeforeItIsSaidC3() {
        authority.receive(0, new BallotMessage.Prepare(BALLOT, 0));
        assertThat(authority.effects().getFirst()).isInstanceOf(BallotEffect.Persist.class);
        assertThat(authority.persisted().orElseThrow().promised()).isEqualTo(BALLOT);
        assertThat(authority.sent(BallotMessage.Promise.class)).isPresent();
    }

    @Test
    void shouldPersistAnAcceptanceBeforeItIsSaidC3() {
        Block block = authority.block(0, 100);
        authority.receive(0, new BallotMessage.Propose(BALLOT, block));
        assertThat(authority.effects().getFirst()).isInstanceOf(BallotEffect.Persist.class);
        VoteRecord vote = authority.persisted().orElseThrow();
        assertThat(vote.accepted()).contains(new Accepted(BALLOT, block));
        SignedVote.Acked ack =
                authority.sent(BallotMessage.Ack.class).orElseThrow().vote();
        assertThat(vote.last()).contains(ack);
        assertThat(authority.run.check().isSigned(2, ack)).isTrue();
        assertThat(ack).isEqualTo(authority.acked(2, BALLOT, authority.ledger(), block));
    }

    @Test
    void shouldRefuseABallotBelowThePromised() {
        authority.receive(1, new BallotMessage.Prepare(new BallotNumber(5, 1), 0));
        authority.receive(0, new BallotMessage.Prepare(BALLOT, 0));
        assertThat(authority.effects())
                .containsExactly(new BallotEffect.Send(0, new BallotMessage.Nack(BALLOT, new BallotNumber(5, 1))));
        authority.receive(0, new BallotMessage.Propose(BALLOT, authority.block(0, 100)));
        assertThat(authority.effects())
                .containsExactly(new BallotEffect.Send(0, new BallotMessage.Nack(BALLOT, new BallotNumber(5, 1))));
    }

    @Test
    void shouldIgnoreABallotOfAnotherAuthorityC1() {
        authority.receive(1, new BallotMessage.Prepare(BALLOT, 0));
        assertThat(authority.effects()).isEmpty();
        authority.receive(1, new BallotMessage.Propose(BALLOT, authority.block(0, 100)));
        assertThat(authority.effects()).isEmpty();
    }

    @Test
    void shouldIgnoreABallotTooFarAheadC1() {
        authority.receive(0, new BallotMessage.Prepare(new BallotNumber(Limits.BALLOT_JUMP_MAX + 1, 0), 0));
        assertThat(authority.effects()).isEmpty();
        authority.receive(0, new BallotMessage.Prepare(new BallotNumber(Long.MAX_VALUE, 0), 0));
        assertThat(authority.effects()).isEmpty();
        authority.receive(0, new BallotMessage.Prepare(new BallotNumber(Limits.BALLOT_JUMP_MAX, 0), 0));
        assertThat(authority.sent(BallotMessage.Promise.class)).isPresent();
    }

    @Test
    void shouldTakeOneBlockInABallotAtAHeightC1() {
        Block block = authority.block(0, 100);
        authority.receive(0, new BallotMessage.Propose(BALLOT, block));
        List<BallotMessage> said = authority.sent();
        authority.receive(0, new BallotMessage.Propose(BALLOT, authority.block(0, 200)));
        assertThat(authority.effects()).isEmpty();
        authority.receive(0, new BallotMessage.Propose(BALLOT, block));
        assertThat(authority.sent()).isEqualTo(said);
        assertThat(authority.persisted()).as("said again, not written again").isEmpty();
    }

    @Test
    void shouldNotVoteForABlockThatIsNotValid() {
        LedgerState later = authority.after(authority.ledger(), authority.block(0, 100));
        Block valid = authority.block(0, 100);
        Block forged = new Block(1, valid.parent(), valid.timeMs(), 1, valid.beaconSignature(), valid.transactions());
        authority.receive(0, new BallotMessage.Propose(BALLOT, forged));
        assertThat(authority.effects()).isEmpty();
        authority.receive(0, new BallotMessage.Propose(BALLOT, authority.block(later, 0, 100)));
        assertThat(authority.sent()).containsExactly(new BallotMessage.Need(1));
    }

    @Test
    void shouldTellOfTheAcceptedBlockC2() {
        Block block = authority.block(0, 100);
        authority.receive(0, new BallotMessage.Propose(BALLOT, block));
        authority.receive(1, new BallotMessage.Prepare(new BallotNumber(6, 1), 0));
        BallotMessage.Promise promise =
                authority.sent(BallotMessage.Promise.class).orElseThrow();
        assertThat(promise.accepted()).contains(new Accepted(BALLOT, block));
        assertThat(promise.vote().acceptedHash()).isEqualTo(authority.hash(block));
        authority.receive(1, new BallotMessage.Prepare(new BallotNumber(6, 1), 0));
        assertThat(authority.sent(BallotMessage.Promise.class)).as("said again").contains(promise);
        assertThat(authority.persisted()).isEmpty();
    }

    @Test
    void shouldServeAProposerThatIsBehind() {
        LedgerState genesis = authority.ledger();
        Block first = authority.block(0, 100);
        CertifiedBlock certified = authority.certified(genesis, first, BALLOT, 0, 1);
        authority.receive(0, new BallotMessage.Certified(List.of(certified)));
        assertThat(authority.effect(BallotEffect.Finalized.class)).isPresent();
        authority.receive(1, new BallotMessage.Propose(new BallotNumber(6, 1), authority.block(genesis, 1, 100)));
        assertThat(authority.sent()).containsExactly(new BallotMessage.Certified(List.of(certified)));
        Block second = authority.block(0, 100);
        CertifiedBlock next = authority.certified(authority.ledger(), second, BALLOT, 0, 1);
        authority.receive(0, new BallotMessage.Certified(List.of(next)));
        authority.receive(1, new BallotMessage.Prepare(new BallotNumber(6, 1), 0));
        assertThat(authority.effects()).contains(new BallotEffect.NeedBlocks(1, 1));
        assertThat(authority.sent(BallotMessage.Promise.class).orElseThrow().accepted())
                .isEqualTo(Optional.empty());
    }
}
