package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ballot.BallotState.Phase;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LearnerRulesTest {
    private static final BallotNumber BALLOT = new BallotNumber(5, 0);

    private final OneAuthority authority = OneAuthority.voting(3, 2);

    private List<CertifiedBlock> chain(int count) {
        List<CertifiedBlock> chain = new ArrayList<>();
        LedgerState state = authority.ledger();
        for (int i = 0; i < count; i++) {
            Block block = authority.block(state, 0, 100);
            chain.add(authority.certified(state, block, BALLOT, 0, 1));
            state = authority.after(state, block);
        }
        return chain;
    }

    private OneAuthority certified(CertifiedBlock... blocks) {
        return authority.receive(1, new BallotMessage.Certified(List.of(blocks)));
    }

    @Test
    void shouldTakeBlocksInOrderOnceAndAskForMore() {
        List<CertifiedBlock> chain = chain(4);
        certified(chain.get(0), chain.get(1));
        assertThat(authority.effects())
                .hasSize(3)
                .last()
                .isEqualTo(new BallotEffect.Send(1, new BallotMessage.Need(3)));
        certified(chain.get(0), chain.get(1), chain.get(2));
        assertThat(authority.ledger().height()).isEqualTo(3);
        assertThat(authority.effects().stream().filter(e -> e instanceof BallotEffect.Finalized))
                .hasSize(1);
        assertThat(certified(chain.get(3)).sent()).isEmpty();
        assertThat(certified(chain.get(3)).effects()).isEmpty();
    }

    @Test
    void shouldAskForAGapButNotTooOften() {
        List<CertifiedBlock> chain = chain(3);
        assertThat(certified(chain.get(2)).effects())
                .containsExactly(new BallotEffect.Send(1, new BallotMessage.Need(1)));
        assertThat(certified(chain.get(1)).effects()).isEmpty();
        authority.pass(200);
        assertThat(certified(chain.get(1)).effects()).hasSize(1);
    }

    @Test
    void shouldIgnoreWhatIsNotCertified() {
        CertifiedBlock one = authority.certified(authority.ledger(), authority.block(0, 100), BALLOT, 0);
        assertThat(certified(one).effects()).isEmpty();
        assertThat(authority.ledger().height()).isZero();
    }

    @Test
    void shouldStopAndKeepBothWhenTwoAreCertifiedAtOneHeightC5() {
        CertifiedBlock one = authority.certified(authority.ledger(), authority.block(0, 100), BALLOT, 0, 1);
        CertifiedBlock other =
                authority.certified(authority.ledger(), authority.block(1, 100), new BallotNumber(6, 1), 0, 1);
        certified(one);
        certified(other);
        assertThat(authority.effect(BallotEffect.Stopped.class).orElseThrow().conflicting())
                .containsExactly(one, other);
        assertThat(authority.state().phase()).isEqualTo(Phase.STOPPED);
        assertThat(authority.receive(0, new BallotMessage.AskNewest(1)).effects())
                .isEmpty();
        assertThat(authority.pass(60_000).effects()).isEmpty();
    }

    @Test
    void shouldStopWhenACertifiedBlockHasAnotherParentC5() {
        LedgerState genesis = authority.ledger();
        LedgerState elsewhere = authority.after(genesis, authority.block(genesis, 1, 100));
        CertifiedBlock foreign = authority.certified(elsewhere, authority.block(elsewhere, 1, 100), BALLOT, 0, 1);
        certified(chain(1).getFirst());
        certified(foreign);
        assertThat(authority.effect(BallotEffect.Stopped.class).orElseThrow().conflicting())
                .hasSize(2);
    }

    @Test
    void shouldStopWhenItsStateIsAnother() {
        Block block = authority.block(0, 100);
        Hash wrong = new Hash(1, 2, 3, 4);
        List<Certificate.Vote> votes = Stream.of(0, 1)
                .map(v -> new Certificate.Vote(
                        v,
                        authority
                                .acked(v, BALLOT, 1, authority.hash(block), wrong)
                                .signature()))
                .toList();
        certified(new CertifiedBlock(
                block, new Certificate(BALLOT.counter(), BALLOT.authority(), authority.hash(block), wrong, votes)));
        assertThat(authority.effect(BallotEffect.Stopped.class).orElseThrow().reason())
                .contains("state");
        assertThat(authority.effect(BallotEffect.Finalized.class)).isEmpty();
    }

    @Test
    void shouldServeWhatItHas() {
        List<CertifiedBlock> chain = chain(2);
        certified(chain.get(0)).receive(1, new BallotMessage.Certified(List.of(chain.get(1))));
        assertThat(authority.receive(0, new BallotMessage.Need(2)).sent())
                .containsExactly(new BallotMessage.Certified(List.of(chain.get(1))));
        assertThat(authority.receive(0, new BallotMessage.Need(1)).effects())
                .containsExactly(new BallotEffect.NeedBlocks(0, 1));
        for (long none : new long[] {-1, 0, 3, Long.MAX_VALUE}) {
            assertThat(authority.receive(0, new BallotMessage.Need(none)).effects())
                    .isEmpty();
        }
    }

    @Test
    void shouldTellOfAnAuthorityThatVotedTwiceInOneSlot() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        BallotMessage.Propose propose = leader.lead();
        SignedVote.Acked lie = leader.acked(1, propose.ballot(), 1, new Hash(1, 1, 1, 1), Hash.ZERO);
        SignedVote.Acked vote = leader.acked(1, propose.ballot(), leader.ledger(), propose.block());
        leader.receive(1, new BallotMessage.Ack(lie));
        assertThat(leader.effects()).isEmpty();
        leader.receive(1, new BallotMessage.Ack(vote));
        assertThat(leader.effect(BallotEffect.Guilty.class)).contains(new BallotEffect.Guilty(1, lie, vote));
        leader.receive(1, new BallotMessage.Ack(vote));
        assertThat(leader.effect(BallotEffect.Guilty.class)).as("told once").isEmpty();
    }
}
