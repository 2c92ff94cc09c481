package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ballot.BallotInput.Recovered;
import covey.protocol.ballot.BallotInput.Waiting;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Role;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProposerRulesTest {
    private static final long MS = BallotContext.NS_PER_MS;

    @Test
    void oneAuthorityShouldWorkAlone() {
        OneAuthority alone = new OneAuthority(1, 0, Set.of()).firstStart().tick();
        CertifiedBlock first =
                alone.effect(BallotEffect.Finalized.class).orElseThrow().block();
        assertThat(alone.run.check().check(first)).isEmpty();
        assertThat(alone.sent()).isEmpty();
        assertThat(alone.pass(999).effects()).isEmpty();
        alone.pass(1);
        Block second =
                alone.effect(BallotEffect.Finalized.class).orElseThrow().block().block();
        assertThat(second.timeMs() - first.block().timeMs()).isEqualTo(1_000);
        assertThat(alone.state().vote().promised()).as("one ballot").isEqualTo(new BallotNumber(1, 0));
    }

    @Test
    void shouldMakeABlockWhenATransactionWaitsB3() {
        TestRun run = TestRun.of(1, 1, 1);
        BallotMachine machine =
                new BallotMachine(run.genesis(), run.runId(), run.crypto(), run.authority(0), run.machine(), 1);
        SignedTransaction ready = run.signed(run.trainer(0), Role.TRAINER, new Ready(0));
        List<Block> blocks = new ArrayList<>();
        BallotState state = machine.apply(
                        machine.start(), new Recovered(Optional.empty(), true, run.state(), Optional.empty()))
                .next();
        for (long ms = 0; ms <= 400; ms += 50) {
            Waiting waiting = new Waiting(ms < 100 ? List.of() : List.of(ready));
            BallotMachine.Transition transition = machine.apply(state, new BallotInput.Tick(ms * MS, waiting));
            state = transition.next();
            for (BallotEffect effect : transition.effects()) {
                if (effect instanceof BallotEffect.Finalized e) {
                    blocks.add(e.block().block());
                }
            }
        }
        assertThat(blocks).hasSize(2);
        assertThat(blocks.getLast().transactions()).containsExactly(ready);
        assertThat(blocks.getLast().timeMs() - blocks.getFirst().timeMs()).isEqualTo(200);
    }

    @Test
    void shouldProposeAgainInItsBallotWithoutPrepare() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        BallotMessage.Propose first = leader.lead();
        LedgerState parent = leader.ledger();
        leader.receive(1, new BallotMessage.Ack(leader.acked(1, first.ballot(), parent, first.block())));
        CertifiedBlock certified =
                leader.effect(BallotEffect.Finalized.class).orElseThrow().block();
        assertThat(leader.run.check().check(certified)).isEmpty();
        assertThat(leader.sent()).containsExactly(new BallotMessage.Certified(List.of(certified)));
        leader.pass(1_000);
        assertThat(leader.sent()).hasSize(1);
        assertThat(leader.sent(BallotMessage.Propose.class).orElseThrow().ballot())
                .isEqualTo(first.ballot());
    }

    @Test
    void shouldProposeTheHighestAcceptedBlockAgainC2() {
        OneAuthority leader = OneAuthority.voting(5, 0);
        BallotNumber ballot = ((BallotState.Preparing) leader.state().candidacy()).ballot();
        Accepted low = new Accepted(new BallotNumber(1, 1), leader.block(1, 100));
        Accepted high = new Accepted(new BallotNumber(1, 2), leader.block(2, 100));
        assertThat(ballot).isEqualTo(new BallotNumber(1, 0));
        leader.receive(1, leader.promise(1, ballot, Optional.of(low)));
        leader.receive(2, leader.promise(2, ballot, Optional.of(high)));
        BallotMessage.Propose propose = leader.sent(BallotMessage.Propose.class).orElseThrow();
        assertThat(propose.block()).isEqualTo(high.block());
    }

    @Test
    void shouldCatchUpBeforeItProposesC2() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        LedgerState genesis = leader.ledger();
        Block first = leader.block(1, 100);
        LedgerState after = leader.after(genesis, first);
        BallotNumber ballot = ((BallotState.Preparing) leader.state().candidacy()).ballot();
        Accepted accepted = new Accepted(new BallotNumber(1, 1), leader.block(after, 1, 100));
        leader.receive(
                1,
                new BallotMessage.Promise(leader.promised(1, ballot, 1, Optional.of(accepted)), Optional.of(accepted)));
        assertThat(leader.sent()).containsExactly(new BallotMessage.Need(1));
        CertifiedBlock certified = leader.certified(genesis, first, new BallotNumber(1, 1), 1, 2);
        leader.receive(1, new BallotMessage.Certified(List.of(certified)));
        assertThat(leader.sent(BallotMessage.Propose.class).orElseThrow().block())
                .isEqualTo(accepted.block());
    }

    @Test
    void shouldNotCountAPromiseThatItsSignatureDoesNotCover() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        BallotNumber ballot = ((BallotState.Preparing) leader.state().candidacy()).ballot();
        Accepted accepted = new Accepted(new BallotNumber(1, 1), leader.block(1, 100));
        SignedVote.Promised vote = leader.promised(1, ballot, 0, Optional.of(accepted));
        leader.receive(1, new BallotMessage.Promise(vote, Optional.empty()));
        leader.receive(
                1, new BallotMessage.Promise(vote, Optional.of(new Accepted(accepted.ballot(), leader.block(1, 200)))));
        leader.receive(2, new BallotMessage.Promise(vote, Optional.of(accepted)));
        assertThat(leader.state().leads()).isFalse();
        leader.receive(1, new BallotMessage.Promise(vote, Optional.of(accepted)));
        assertThat(leader.state().leads()).isTrue();
    }

    /** The first proposal came to nothing; its late ack must not count for the next one of the same block. */
    @Test
    void shouldNotCountALateAckOfAnEarlierBallotC3() {
        assertThat(finalizedByLateAck(Set.of())).isEmpty();
        assertThat(finalizedByLateAck(EnumSet.of(BallotFault.ACK_OF_OTHER_BALLOT)))
                .isPresent();
    }

    private static Optional<String> finalizedByLateAck(Set<BallotFault> faults) {
        OneAuthority leader = OneAuthority.voting(3, 0, faults);
        BallotMessage.Propose first = leader.lead();
        BallotMessage late = new BallotMessage.Ack(leader.acked(1, first.ballot(), leader.ledger(), first.block()));
        leader.pass(2_000);
        leader.untilPrepare();
        BallotNumber ballot = ((BallotState.Preparing) leader.state().candidacy()).ballot();
        leader.receive(2, leader.promise(2, ballot, Optional.empty()));
        BallotMessage.Propose second = leader.sent(BallotMessage.Propose.class).orElseThrow();
        assertThat(second.block()).isEqualTo(first.block());
        assertThat(second.ballot().isAbove(first.ballot())).isTrue();
        return wrongly(leader, leader.receive(1, late));
    }

    @Test
    void shouldNotCountAnAckOfAnotherHeightC3() {
        assertThat(finalizedByAck(0, Set.of())).isEmpty();
        assertThat(finalizedByAck(0, EnumSet.of(BallotFault.ACK_OF_OTHER_HEIGHT)))
                .isPresent();
    }

    @Test
    void shouldNotCountAnAckOfAnotherBlockOrStateC3() {
        for (int part = 1; part <= 2; part++) {
            assertThat(finalizedByAck(part, Set.of())).isEmpty();
            assertThat(finalizedByAck(part, EnumSet.of(BallotFault.ACK_OF_OTHER_HASH)))
                    .isPresent();
        }
    }

    /** @param part that differs: height, block hash, state hash */
    private static Optional<String> finalizedByAck(int part, Set<BallotFault> faults) {
        OneAuthority leader = OneAuthority.voting(3, 0, faults);
        BallotMessage.Propose propose = leader.lead();
        SignedVote.Acked right = leader.acked(1, propose.ballot(), leader.ledger(), propose.block());
        Hash other = new Hash(1, 2, 3, 4);
        SignedVote.Acked wrong = leader.acked(
                1,
                right.ballot(),
                part == 0 ? 2 : 1,
                part == 1 ? other : right.blockHash(),
                part == 2 ? other : right.stateHash());
        return wrongly(leader, leader.receive(1, new BallotMessage.Ack(wrong)));
    }

    private static Optional<String> wrongly(OneAuthority leader, OneAuthority after) {
        return after.effect(BallotEffect.Finalized.class)
                .flatMap(e -> leader.run.check().check(e.block()));
    }

    @Test
    void shouldNotCountAForgedOrForeignAck() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        BallotMessage.Propose propose = leader.lead();
        SignedVote.Acked own = leader.acked(0, propose.ballot(), leader.ledger(), propose.block());
        leader.receive(1, new BallotMessage.Ack(own));
        leader.receive(1, new BallotMessage.Ack(own.signed(Bytes.EMPTY)));
        leader.receive(3, new BallotMessage.Ack(own));
        leader.receive(0, new BallotMessage.Ack(own));
        assertThat(leader.ledger().height()).isZero();
    }

    @Test
    void shouldWaitItsRankAfterTheLastProposerC4() {
        assertThat(OneAuthority.voting(3, 1).untilPrepare()).isBetween(3_980L, 4_010L);
        assertThat(OneAuthority.voting(3, 2).untilPrepare()).isBetween(5_980L, 6_010L);
        OneAuthority next = OneAuthority.voting(3, 2);
        Block block = next.block(1, 100);
        CertifiedBlock certified = next.certified(next.ledger(), block, new BallotNumber(1, 1), 0, 1);
        next.pass(3_000).receive(1, new BallotMessage.Certified(List.of(certified)));
        assertThat(next.untilPrepare()).as("rank 1 now").isBetween(3_980L, 4_010L);
    }

    @Test
    void shouldBackOffLongerEachTimeC4() {
        OneAuthority lonely = OneAuthority.voting(3, 0);
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waits.add(lonely.untilPrepare());
        }
        for (int i = 0; i < 6; i++) {
            long backOffMs = 2_000L << Math.min(i, 3);
            assertThat(waits.get(i)).as("wait " + i).isBetween(2_000 + backOffMs - 20, 2_000 + 2 * backOffMs + 20);
        }
    }

    @Test
    void onlyCertifiedBlocksShouldKeepItQuietC4() {
        OneAuthority waiting = OneAuthority.voting(3, 1);
        long ms = 0;
        while (waiting.sent(BallotMessage.Prepare.class).isEmpty()) {
            waiting.receive(0, new BallotMessage.AskNewest(1)).receive(0, new BallotMessage.Need(1));
            waiting.pass(100);
            ms += 100;
            assertThat(ms).isLessThan(10_000);
        }
        assertThat(ms).isBetween(3_900L, 4_100L);
    }

    @Test
    void shouldBackOffAfterANackOfItsBallotOnly() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        BallotNumber ballot = ((BallotState.Preparing) leader.state().candidacy()).ballot();
        leader.receive(1, new BallotMessage.Nack(new BallotNumber(1, 2), new BallotNumber(7, 1)));
        assertThat(leader.state().candidacy()).isInstanceOf(BallotState.Preparing.class);
        leader.receive(1, new BallotMessage.Nack(ballot, new BallotNumber(9, 1)));
        assertThat(leader.state().candidacy()).isInstanceOf(BallotState.Idle.class);
        leader.untilPrepare();
        assertThat(leader.sent(BallotMessage.Prepare.class).orElseThrow().ballot())
                .isEqualTo(new BallotNumber(10, 0));
    }

    @Test
    void shouldStopLeadingWhenAnotherBallotIsAbove() {
        OneAuthority leader = OneAuthority.voting(3, 0);
        leader.lead();
        leader.receive(1, new BallotMessage.Prepare(new BallotNumber(2, 1), 0));
        assertThat(leader.state().leads()).isFalse();
        assertThat(leader.sent(BallotMessage.Promise.class).orElseThrow().accepted())
                .isPresent();
    }

    @Test
    void shouldSayItAgainToThoseWhoAreSilent() {
        OneAuthority leader = OneAuthority.voting(5, 0);
        leader.receive(1, leader.promise(1, new BallotNumber(1, 0), Optional.empty()));
        assertThat(leader.pass(500).sent()).hasSize(1).first().isInstanceOf(BallotMessage.Prepare.class);
        leader.receive(2, leader.promise(2, new BallotNumber(1, 0), Optional.empty()));
        BallotMessage.Propose propose =
                leader.pass(1).sent(BallotMessage.Propose.class).orElseThrow();
        leader.receive(1, new BallotMessage.Ack(leader.acked(1, propose.ballot(), leader.ledger(), propose.block())));
        assertThat(leader.pass(500).effects())
                .containsExactly(
                        new BallotEffect.Send(2, propose),
                        new BallotEffect.Send(3, propose),
                        new BallotEffect.Send(4, propose));
    }
}
