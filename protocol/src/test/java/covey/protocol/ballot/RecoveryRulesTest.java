package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ballot.BallotInput.Recovered;
import covey.protocol.ballot.BallotState.Phase;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecoveryRulesTest {
    private static final BallotNumber BALLOT = new BallotNumber(5, 0);
    private static final long NONCE = 1_000 * BallotContext.NS_PER_MS;

    private final OneAuthority authority = new OneAuthority(3, 2, Set.of());

    @Test
    void shouldWriteItsVoteFileOnAFirstStart() {
        authority.firstStart();
        assertThat(authority.effects()).containsExactly(new BallotEffect.Persist(VoteRecord.EMPTY));
        assertThat(authority.state().phase()).isEqualTo(Phase.ASKING);
    }

    @Test
    void shouldSignNothingWithoutItsVoteFileC5() {
        authority.recovered(Optional.empty(), false);
        assertThat(authority.effect(BallotEffect.Stopped.class).orElseThrow().reason())
                .contains("missing");
        shouldBeMute();
    }

    @Test
    void aSingleAuthorityShouldWaitForItsVoteFileC5() {
        OneAuthority alone = new OneAuthority(1, 0, Set.of());
        alone.recovered(Optional.empty(), false);
        assertThat(alone.effect(BallotEffect.Stopped.class)).isPresent();
        assertThat(alone.pass(60_000).effects()).isEmpty();
    }

    @Test
    void shouldAskBeforeItVotesC5() {
        authority.firstStart().tick();
        assertThat(authority.sent()).containsExactly(new BallotMessage.AskNewest(NONCE));
        authority.receive(0, new BallotMessage.Prepare(BALLOT, 0));
        assertThat(authority.effects()).as("no vote while asking").isEmpty();
        authority.receive(0, new BallotMessage.Newest(NONCE - 1, 0, Optional.empty()));
        assertThat(authority.pass(500).sent())
                .as("an answer to an earlier start")
                .hasSize(1);
        authority.receive(0, new BallotMessage.Newest(NONCE, 0, Optional.empty()));
        authority.pass(10).receive(0, new BallotMessage.Prepare(BALLOT, 0));
        assertThat(authority.sent(BallotMessage.Promise.class)).isPresent();
    }

    @Test
    void shouldNotVoteWhenTooFewAnsweredC5() {
        OneAuthority of5 = new OneAuthority(5, 2, Set.of()).firstStart().tick();
        of5.receive(0, new BallotMessage.Newest(NONCE, 0, Optional.empty()))
                .receive(0, new BallotMessage.Newest(NONCE, 0, Optional.empty()))
                .pass(10_000);
        assertThat(of5.state().phase()).isEqualTo(Phase.ASKING);
        of5.receive(4, new BallotMessage.Newest(NONCE, 0, Optional.empty())).pass(10);
        assertThat(of5.state().phase()).isEqualTo(Phase.VOTING);
    }

    @Test
    void shouldSignNothingAfterAnUnknownPromiseOfItsOwnC5() {
        authority.firstStart().tick();
        shown(authority.promised(2, BALLOT, 0, Optional.empty()));
        assertThat(authority.effect(BallotEffect.Stopped.class).orElseThrow().reason())
                .contains("older");
        shouldBeMute();
    }

    @Test
    void shouldSignNothingAfterAnUnknownVoteOfItsOwnC5() {
        authority
                .recovered(Optional.of(new VoteRecord(BALLOT, Optional.empty(), Optional.empty())), false)
                .tick();
        shown(authority.acked(2, BALLOT, authority.ledger(), authority.block(0, 100)));
        assertThat(authority.effect(BallotEffect.Stopped.class)).isPresent();
        shouldBeMute();
    }

    @Test
    void shouldGoOnAfterAVoteThatItKnowsOf() {
        Block block = authority.block(0, 100);
        SignedVote.Acked vote = authority.acked(2, BALLOT, authority.ledger(), block);
        authority
                .recovered(
                        Optional.of(
                                new VoteRecord(BALLOT, Optional.of(new Accepted(BALLOT, block)), Optional.of(vote))),
                        false)
                .tick();
        shown(vote);
        shown(authority.promised(2, BALLOT, 0, Optional.empty()));
        shown(authority.promised(0, new BallotNumber(9, 0), 0, Optional.empty()));
        assertThat(authority.state().phase()).isEqualTo(Phase.ASKING);
    }

    @Test
    void shouldSignNothingAfterACertificateWithAnUnknownVoteOfItsOwnC5() {
        authority.firstStart().answered();
        CertifiedBlock certified = authority.certified(authority.ledger(), authority.block(0, 100), BALLOT, 0, 2);
        authority.receive(0, new BallotMessage.Certified(List.of(certified)));
        assertThat(authority.effect(BallotEffect.Finalized.class))
                .as("final all the same")
                .isPresent();
        assertThat(authority.effect(BallotEffect.Stopped.class)).isPresent();
        assertThat(authority.state().phase()).isEqualTo(Phase.MUTE);
    }

    @Test
    void shouldTellOthersOfTheirNewestVoteC5() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        leader.receive(1, new BallotMessage.AskNewest(3));
        assertThat(leader.sent()).containsExactly(new BallotMessage.Newest(3, 0, Optional.empty()));
        BallotMessage.Propose propose = leader.lead();
        SignedVote.Acked vote = leader.acked(1, propose.ballot(), leader.ledger(), propose.block());
        leader.receive(1, new BallotMessage.Ack(vote)).receive(1, new BallotMessage.AskNewest(4));
        assertThat(leader.sent()).containsExactly(new BallotMessage.Newest(4, 1, Optional.of(vote)));
    }

    @Test
    void shouldSignNothingWhenItsBlocksShowALaterVoteOfItsOwnC5() {
        BallotNumber older = new BallotNumber(4, 1);
        restarted(new VoteRecord(older, Optional.empty(), Optional.empty()), certified());
        assertThat(authority.effect(BallotEffect.Stopped.class).orElseThrow().reason())
                .contains("older");
        assertThat(authority.state().phase()).isEqualTo(Phase.MUTE);
    }

    @Test
    void shouldTellOthersOfTheirVotesInItsBlocksAfterARestartC5() {
        CertifiedBlock last = certified();
        restarted(new VoteRecord(BALLOT, Optional.empty(), Optional.empty()), last);
        assertThat(authority.state().phase()).isEqualTo(Phase.ASKING);
        authority.receive(0, new BallotMessage.AskNewest(3));
        SignedVote.Acked vote = authority.acked(0, BALLOT, ledger().initial(), last.block());
        assertThat(authority.sent()).containsExactly(new BallotMessage.Newest(3, 1, Optional.of(vote)));
    }

    /** The first block, with our vote. */
    private CertifiedBlock certified() {
        LedgerState parent = ledger().initial();
        return authority.certified(parent, authority.block(parent, 0, 100), BALLOT, 0, 2);
    }

    private void restarted(VoteRecord vote, CertifiedBlock last) {
        LedgerState after = authority.after(ledger().initial(), last.block());
        authority.apply(new Recovered(Optional.of(vote), false, after, Optional.of(last)));
    }

    private static LedgerMachine ledger() {
        return Authorities.of(3).ledger();
    }

    @Test
    void shouldGoOnWithWhatItHadAccepted() {
        Block block = authority.block(0, 100);
        SignedVote.Acked vote = authority.acked(2, BALLOT, authority.ledger(), block);
        VoteRecord record = new VoteRecord(BALLOT, Optional.of(new Accepted(BALLOT, block)), Optional.of(vote));
        LedgerState state = authority.ledger();
        authority
                .apply(new Recovered(Optional.of(record), false, state, Optional.empty()))
                .answered();
        authority.receive(1, new BallotMessage.Prepare(new BallotNumber(6, 1), 0));
        assertThat(authority.sent(BallotMessage.Promise.class).orElseThrow().accepted())
                .isEqualTo(record.accepted());
    }

    private void shown(SignedVote vote) {
        authority.receive(0, new BallotMessage.Newest(NONCE, 0, Optional.of(vote)));
    }

    /** Learns, but signs nothing. */
    private void shouldBeMute() {
        assertThat(authority.state().phase()).isEqualTo(Phase.MUTE);
        assertThat(authority.pass(60_000).effects()).isEmpty();
        authority.receive(0, new BallotMessage.Prepare(new BallotNumber(6, 0), 0));
        assertThat(authority.effects()).isEmpty();
        CertifiedBlock certified = authority.certified(authority.ledger(), authority.block(0, 100), BALLOT, 0, 1);
        authority.receive(0, new BallotMessage.Certified(List.of(certified)));
        assertThat(authority.effect(BallotEffect.Finalized.class)).isPresent();
        authority.receive(0, new BallotMessage.Propose(new BallotNumber(6, 0), authority.block(0, 100)));
        assertThat(authority.effects()).isEmpty();
    }
}
