package covey.protocol.round;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.contribution.Rejection;
import covey.protocol.inspect.Earlier;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Role;
import covey.protocol.round.PeerSim.Node;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerMachineTest {
    private final TestRun run = TestRun.of(3, 2, 1);
    private final PeerSim sim = new PeerSim(run);

    private SealedRound sealed(long round) {
        return run.state().sealed(round).orElseThrow();
    }

    private void assertSameRoots(long round) {
        assertThat(sim.roots(round)).hasSize(sim.nodes.size());
        assertThat(sim.roots(round).values()).as("round %s", round).hasSameElementsAs(List.of(root(round)));
    }

    private ContentId root(long round) {
        return run.state()
                .agreedRoot(round)
                .orElseGet(() -> sim.validator(0).settledRoots.get(round));
    }

    private boolean hasCommitted(Node node, long round) {
        return sealed(round).collectSet().stream().anyMatch(c -> c.hotkey().equals(node.signer.hotkey()));
    }

    private static PeerEffect.Settle settle(Node node, long round) {
        return node.all(PeerEffect.Settle.class).stream()
                .filter(s -> s.round() == round)
                .findFirst()
                .orElseThrow(() -> new AssertionError("round " + round + " was not settled"));
    }

    @Test
    void shouldSettleTheSameRootsOnEveryNode() {
        sim.until(7);

        for (long round = 1; round <= 7; round++) {
            assertSameRoots(round);
            assertThat(sealed(round).collectSet()).hasSize(3);
        }
        assertThat(run.state().appliedRounds()).isEqualTo(7);
        sim.nodes.values().forEach(n -> assertThat(n.halted()).isFalse());
    }

    @Test
    void shouldSayAndDoEverythingOnce() {
        sim.until(5);

        for (Node node : sim.nodes.values()) {
            assertThat(node.effects).doesNotHaveDuplicates();
            assertThat(node.said(Statement.Root.class)).hasSize(5);
        }
        assertThat(sim.trainer(1).said(Statement.Ready.class)).containsExactly(new Statement.Ready(0));
        assertThat(sim.trainer(1).all(PeerEffect.Train.class))
                .extracting(PeerEffect.Train::appliedRounds)
                .startsWith(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void shouldChangeNothingWhenInputsComeAgain() {
        sim.until(4).blocks(3);
        sim.drain();

        for (Node node : sim.nodes.values()) {
            PeerState before = node.state;
            for (PeerInput input : List.copyOf(node.told)) {
                if (!(input instanceof PeerInput.Restarted)) {
                    assertThat(node.tell(input))
                            .as("effects of a repeated %s", input.getClass())
                            .isEmpty();
                }
            }
            assertThat(node.state).isEqualTo(before);
        }
    }

    /** Where the victim dies: when its machine asks for this in round 3. */
    enum Phase {
        TRAIN(e -> e instanceof PeerEffect.Train t && t.round() == 3, false),
        COMMIT(e -> e instanceof PeerEffect.Compress c && c.round() == 3, true),
        COMMIT_SAID(
                e -> e instanceof PeerEffect.Say s && s.statement() instanceof Statement.Commit c && c.round() == 3,
                false),
        COLLECT(
                e -> e instanceof PeerEffect.Say s && s.statement() instanceof Statement.Holds h && h.round() == 3,
                false),
        APPLY(e -> e instanceof PeerEffect.Settle s && s.round() == 3, false),
        APPLY_DURABLE(e -> e instanceof PeerEffect.Settle s && s.round() == 3, true);

        private final Predicate<PeerEffect> point;
        private final boolean durable;

        Phase(Predicate<PeerEffect> point, boolean durable) {
            this.point = point;
            this.durable = durable;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCommitAgainWithinTwoRoundsWhenKilledIn(Phase phase) {
        Node victim = sim.trainer(0);
        sim.stuck = (node, effect) -> {
            if (node != victim || !phase.point.test(effect)) {
                return false;
            }
            sim.stuck = (n, e) -> false;
            if (phase.durable) {
                node.run(effect);
            }
            node.kill();
            return true;
        };
        sim.until(3);
        long back = run.state().lastSealed();
        assertThat(victim.up).isFalse();
        victim.start();
        sim.until(back + 3);

        assertThat(victim.halted()).isFalse();
        assertThat(hasCommitted(victim, back + 2) || hasCommitted(victim, back + 3))
                .isTrue();
        for (long round = 1; round <= back + 3; round++) {
            assertSameRoots(round);
        }
    }

    @Test
    void shouldCommitTheRecordedContentWhenRestartedWhileTheRoundIsOpen() {
        Node victim = sim.trainer(0);
        sim.stuck = (node, effect) -> {
            if (node == victim && effect instanceof PeerEffect.Compress c && c.round() == 2) {
                sim.stuck = (n, e) -> false;
                node.run(effect);
                node.kill();
                return true;
            }
            return false;
        };
        sim.until(1).blocks(4);
        assertThat(victim.up).isFalse();
        victim.start();

        assertThat(victim.said(Statement.Commit.class))
                .filteredOn(c -> c.round() == 2)
                .hasSize(1);
        sim.until(2);
        assertThat(hasCommitted(victim, 2)).isTrue();
        assertThat(victim.all(PeerEffect.Train.class))
                .filteredOn(t -> t.round() == 2)
                .hasSize(1);
    }

    @Test
    void shouldGiveBackWhatWasRecordedAfterClosed() {
        Node late = sim.trainer(2);
        sim.stuck = (node, effect) -> node == late && effect instanceof PeerEffect.Compress c && c.round() == 2;
        sim.until(2).blocks(2);
        assertThat(late.settledRoots).doesNotContainKey(2L);
        sim.stuck = (node, effect) -> false;
        late.run(late.all(PeerEffect.Compress.class).getLast());
        sim.drain();

        PeerEffect.Settle settle = settle(late, 2);
        assertThat(settle.giveBack())
                .contains(late.told.stream()
                        .filter(i -> i instanceof PeerInput.Recorded r && r.round() == 2)
                        .map(i -> ((PeerInput.Recorded) i).contribution())
                        .findFirst()
                        .orElseThrow());
        assertThat(settle.fold()).isFalse();
        assertThat(late.said(Statement.Commit.class)).noneMatch(c -> c.round() == 2);
        assertThat(settle.collectSet()).hasSize(2);
    }

    @Test
    void shouldTakeACheckpointWhenOthersHaveDroppedWhatItLacksD11() {
        Node cutOff = sim.trainer(2);
        sim.until(2);
        sim.stuck = (node, effect) ->
                node == cutOff && effect instanceof PeerEffect.Fetch f && f.lengthBytes() == PeerSim.LENGTH;
        sim.until(6);
        assertThat(cutOff.state.outer().settled()).isEqualTo(2);
        sim.stuck = (node, effect) -> false;
        sim.until(12);

        assertThat(cutOff.all(PeerEffect.Load.class)).isNotEmpty();
        assertThat(cutOff.state.outer().settled()).isEqualTo(12);
        assertThat(cutOff.settledRoots.get(12L)).isEqualTo(root(12));
    }

    /** Rule H10. */
    @Test
    void shouldCommitTheStepsMadeWhenTheDeadlineComesNear() {
        Node slow = sim.trainer(2);
        sim.stuck = (node, effect) -> node == slow && effect instanceof PeerEffect.Train t && t.round() == 2;
        sim.until(1);
        while (slow.all(PeerEffect.StopTraining.class).isEmpty()) {
            sim.block();
        }
        assertThat(run.round().isClosed()).isFalse();
        assertThat(slow.all(PeerEffect.StopTraining.class)).containsExactly(new PeerEffect.StopTraining(2, 2));
        slow.tell(new PeerInput.Trained(2, 2));
        sim.until(2);

        assertThat(hasCommitted(slow, 2)).isTrue();
    }

    @Test
    void shouldFoldWhenTheRoundClosedDuringTraining() {
        Node slow = sim.trainer(2);
        sim.stuck = (node, effect) -> node == slow && effect instanceof PeerEffect.Train t && t.round() == 2;
        sim.until(2).blocks(2);
        assertThat(slow.all(PeerEffect.StopTraining.class)).endsWith(new PeerEffect.StopTraining(2, 0));
        assertThat(slow.settledRoots).doesNotContainKey(2L);
        slow.tell(new PeerInput.Trained(2, 1));
        sim.drain();

        assertThat(settle(slow, 2).fold()).isTrue();
        assertThat(settle(slow, 2).giveBack()).isEmpty();
        assertThat(slow.all(PeerEffect.Compress.class)).noneMatch(c -> c.round() == 2);
    }

    @Test
    void shouldNotFoldWhenNoStepWasMade() {
        Node slow = sim.trainer(2);
        sim.stuck = (node, effect) -> node == slow && effect instanceof PeerEffect.Train t && t.round() == 2;
        sim.until(2).blocks(2);
        slow.tell(new PeerInput.Trained(2, 0));
        sim.drain();

        assertThat(settle(slow, 2).fold()).isFalse();
    }

    @Test
    void shouldCommitNothingWhenErrorFeedbackIsNotFinite() {
        Node broken = sim.trainer(2);
        sim.stuck = (node, effect) -> {
            if (node == broken && effect instanceof PeerEffect.Compress c && c.round() == 2) {
                node.queue.add(new PeerInput.NotFinite(2));
                return true;
            }
            return false;
        };
        sim.until(3);

        assertThat(broken.said(Statement.Commit.class))
                .extracting(Statement.Commit::round)
                .doesNotContain(2L);
        assertThat(settle(broken, 2).fold()).isFalse();
        assertSameRoots(3);
    }

    @Test
    void shouldKeepThetaAndGiveNothingBackWhenEverythingIsRejected() {
        sim.code = judge -> judge.round() == 2 ? Rejection.SCALE.code() : 0;
        sim.until(3);

        assertThat(sealed(2).collectSet()).isEmpty();
        assertThat(settle(sim.trainer(0), 2).giveBack()).isEmpty();
        assertThat(root(2)).isEqualTo(root(1));
        assertThat(sim.trainer(0).all(PeerEffect.Train.class).getLast().appliedRounds())
                .isEqualTo(run.state().appliedRounds());
        assertSameRoots(3);
    }

    @Test
    void shouldGiveBackWhatNobodyFetched() {
        Node cut = sim.trainer(0);
        sim.stuck = (node, effect) ->
                node == cut && effect instanceof PeerEffect.Serve && run.state().lastSealed() == 1;
        sim.until(2).blocks(2);

        assertThat(sealed(2).refused()).extracting(r -> r.code()).containsExactly(0);
        assertThat(settle(cut, 2).giveBack()).isPresent();
        assertThat(sim.validator(0).said(Statement.Attest.class)).anySatisfy(a -> {
            assertThat(a.round()).isEqualTo(2);
            assertThat(a.verdicts()).hasSize(2);
        });
        assertThat(sim.validator(0).all(PeerEffect.Cancel.class)).hasSize(1);
    }

    @Test
    void shouldStartFromTheCheckpointWhenTheLedgerHasForgottenTheFirstRounds() {
        sim.until(20);
        Node joiner = sim.add(TestCrypto.signer(9), Role.OBSERVER);
        sim.until(22);

        assertThat(joiner.all(PeerEffect.Load.class)).hasSize(1);
        assertThat(joiner.all(PeerEffect.Load.class).getFirst().round()).isGreaterThanOrEqualTo(18);
        assertThat(joiner.all(PeerEffect.Cancel.class)).isEmpty();
        assertThat(joiner.settledRoots.get(22L))
                .isEqualTo(sim.validator(0).settledRoots.get(22L));
        assertThat(joiner.said(Statement.Ready.class)).isEmpty();
    }

    @Test
    void shouldServeCheckpointsAfterARestartD11() {
        sim.until(9);
        Node holder = sim.validator(0);
        holder.kill();
        holder.start();
        sim.drain();

        assertThat(holder.serving).contains(root(4), root(6), root(8));
    }

    @Test
    void shouldTakeTheNextCheckpointWhenNobodyHasTheChosenOneD11() {
        sim.until(20);
        sim.stuck = (node, effect) -> effect instanceof PeerEffect.Fetch f && f.lengthBytes() != PeerSim.LENGTH;
        Node joiner = sim.add(TestCrypto.signer(9), Role.OBSERVER);
        PeerState.Target first = joiner.state.outer().target().orElseThrow();
        joiner.tell(new PeerInput.NotFetched(first.root()));
        assertThat(joiner.state.outer().target()).as("there is no later one").contains(first);
        while (run.state().checkpoint().orElseThrow().round() == first.round()) {
            sim.block();
        }
        assertThat(joiner.state.outer().target()).as("it is served still").contains(first);

        joiner.tell(new PeerInput.NotFetched(first.root()));

        long next = first.round() + 2;
        assertThat(joiner.state.outer().target()).contains(new PeerState.Target(next, root(next)));
    }

    @Test
    void shouldReplayContributionsWhenTheyAreCheaperThanACheckpoint() {
        sim.until(5);
        Node joiner = sim.add(TestCrypto.signer(9), Role.OBSERVER);
        sim.until(6);

        assertThat(joiner.all(PeerEffect.Load.class)).isEmpty();
        assertThat(joiner.settledRoots).containsAllEntriesOf(sim.validator(0).settledRoots);
    }

    @Test
    void shouldRecomputeOnceAndGoOnWhenItsRootIsNotTheAgreedOne() {
        Node flipped = sim.trainer(1);
        flipped.badRounds.add(3L);
        sim.until(6);

        assertThat(flipped.all(PeerEffect.Load.class)).containsExactly(new PeerEffect.Load(2, root(2)));
        assertThat(flipped.halted()).isFalse();
        for (long round = 3; round <= 6; round++) {
            assertSameRoots(round);
        }
        assertThat(flipped.said(Statement.Root.class))
                .filteredOn(r -> r.round() == 3)
                .hasSize(1);
    }

    @Test
    void shouldRecomputeFromTheStartWhenThereIsNoCheckpoint() {
        Node flipped = sim.trainer(1);
        flipped.badRounds.add(1L);
        sim.until(3);

        assertThat(flipped.all(PeerEffect.Load.class)).containsExactly(new PeerEffect.Load(0, root(0)));
        assertSameRoots(3);
    }

    @Test
    void shouldHaltWhenRecomputingDiffersAgain() {
        Node broken = sim.trainer(1);
        broken.badForever = true;
        sim.until(3);

        assertThat(broken.all(PeerEffect.Halt.class))
                .singleElement()
                .satisfies(h -> assertThat(h.reason())
                        .startsWith("state root of round 1:")
                        .contains("(expected: "));
        int effects = broken.effects.size();
        sim.until(4);
        assertThat(broken.effects).hasSize(effects);
    }

    @Test
    void shouldNotAttestWhileItsRootIsNotTheAgreedOne() {
        TestRun one = TestRun.of(3, 4, 1);
        PeerSim larger = new PeerSim(one);
        Node flipped = larger.validator(3);
        larger.until(1);
        flipped.badRounds.add(2L);
        larger.stuck = (node, effect) -> node == flipped && effect instanceof PeerEffect.Load;
        larger.until(3);

        assertThat(flipped.said(Statement.Attest.class)).noneMatch(a -> a.round() == 3);
        assertThat(flipped.all(PeerEffect.Load.class)).hasSize(1);
    }

    @Test
    void shouldHaltWhenTheLedgerHasAnotherCommitOfItsKey() {
        Node copied = sim.trainer(0);
        sim.stuck = (node, effect) -> node == copied && effect instanceof PeerEffect.Train t && t.round() == 2;
        sim.until(1);
        run.commit(0);
        sim.block();

        assertThat(copied.all(PeerEffect.Halt.class))
                .singleElement()
                .satisfies(h -> assertThat(h.reason()).contains("key is in use elsewhere"));
    }

    @Test
    void shouldHaltWhenTheRunHas() {
        for (int i = 0; i < 3; i++) {
            sim.trainer(i).badForever = true;
        }
        sim.validator(0).badForever = true;
        for (int i = 0; i < 60; i++) {
            sim.block();
        }

        assertThat(run.state().halted()).isPresent();
        sim.nodes
                .values()
                .forEach(n -> assertThat(n.all(PeerEffect.Halt.class))
                        .containsExactly(
                                new PeerEffect.Halt(run.state().halted().orElseThrow())));
    }

    @Test
    void shouldSayReadyAgainWhenItWasCalledAbsent() {
        sim.until(1).blocks(1);
        Node there = sim.trainer(0);
        sim.stuck = (node, effect) -> node == there && effect instanceof PeerEffect.Train;
        run.authority(0, new Statement.Absent(2, there.signer.hotkey(), "test"));
        sim.blocks(7);

        assertThat(there.said(Statement.Ready.class)).anyMatch(r -> r.round() >= 1);
        assertThat(run.state().standing(there.signer.hotkey()).absent()).isFalse();
    }

    @Test
    void shouldForgetContentsBeforeTheThirdLastCheckpointThatNoJudgeComparesWith() {
        sim.until(24);

        for (Node node : sim.nodes.values()) {
            assertThat(node.all(PeerEffect.Drop.class)).isNotEmpty();
            assertThat(node.state.contents().archive().firstKey()).isBetween(8L, 9L);
            // Three contributions a round of at most 18, and four checkpoints.
            assertThat(node.state.contents().stored())
                    .hasSizeLessThanOrEqualTo(3 * 18 + 4)
                    .containsAll(Earlier.of(run.state().rounds().sealed(), 25).stream()
                            .map(Earlier::contribution)
                            .toList());
            assertThat(node.state.contents().checkpoints()).hasSize(3);
        }
    }

    @Test
    void shouldServeNothingBeforeClosed() {
        sim.stuck = (node, effect) -> effect instanceof PeerEffect.Serve
                && !run.round().isClosed()
                && run.state().lastSealed() == 0;
        sim.until(1);

        // Had one been served too early it would be stuck, and nobody could fetch it.
        assertThat(sealed(1).collectSet()).hasSize(3);
    }

    @Test
    void shouldHoldAndAttestAtOnceWhenEverythingIsHere() {
        sim.until(3);

        for (long round = 1; round <= 3; round++) {
            long number = round;
            assertThat(sim.trainer(0).said(Statement.Holds.class))
                    .filteredOn(h -> h.round() == number)
                    .hasSize(1);
            assertThat(sim.validator(0).said(Statement.Attest.class))
                    .filteredOn(a -> a.round() == number)
                    .singleElement()
                    .satisfies(a -> assertThat(a.verdicts()).hasSize(3));
        }
    }

    @Test
    void shouldAttestWithoutItemsWhenNothingCouldBeFetched() {
        sim.until(1);
        sim.stuck = (node, effect) ->
                effect instanceof PeerEffect.Fetch && run.state().lastSealed() == 1;
        while (run.state().lastSealed() < 2) {
            sim.block();
            for (Node validator : List.of(sim.validator(0), sim.validator(1))) {
                run.state()
                        .round()
                        .ifPresent(r ->
                                r.commits().forEach(c -> validator.tell(new PeerInput.NotFetched(c.contribution()))));
            }
        }
        sim.drain();

        assertThat(sealed(2).collectSet()).isEmpty();
        assertThat(sim.validator(0).said(Statement.Attest.class)).contains(new Statement.Attest(2, List.of()));
        assertThat(settle(sim.trainer(0), 2).giveBack()).isPresent();
    }

    /** Rule D12: it was away, say, and has not asked anybody yet. */
    @Test
    void shouldNotSayThatItHasNothingBeforeItTried() {
        sim.until(1);
        sim.stuck = (node, effect) ->
                effect instanceof PeerEffect.Fetch && run.state().lastSealed() == 1;
        sim.blocks(100);

        assertThat(run.state().lastSealed()).isEqualTo(1);
        assertThat(sim.validator(0).said(Statement.Attest.class)).noneMatch(a -> a.round() == 2);
    }

    @Test
    void shouldNotJudgeWhatBelongsToItsOwner() {
        TestRun owned = TestRun.of(3, 2, 1);
        owned.withColdkey(
                owned.validator(0).hotkey(),
                owned.state()
                        .registry()
                        .entry(owned.trainer(1).hotkey())
                        .orElseThrow()
                        .coldkey());
        PeerSim other = new PeerSim(owned);
        other.until(1);

        assertThat(other.validator(0).all(PeerEffect.Judge.class))
                .hasSize(2)
                .noneMatch(j -> j.owner().equals(owned.trainer(1).hotkey()));
        assertThat(other.validator(1).all(PeerEffect.Judge.class)).hasSize(3);
        assertThat(owned.state().sealed(1).orElseThrow().collectSet()).hasSize(3);
    }

    @Test
    void shouldWidenHoldersWhenSomebodyElseAccepts() {
        sim.until(1);
        Node late = sim.trainer(2);
        sim.stuck = (node, effect) -> node == late
                && effect instanceof PeerEffect.Fetch
                && run.state().lastSealed() == 1;
        sim.until(2);
        ContentId content = sealed(2).collectSet().stream()
                .filter(c -> !c.hotkey().equals(late.signer.hotkey()))
                .findFirst()
                .orElseThrow()
                .contribution();
        List<PeerEffect.Fetch> asked = late.all(PeerEffect.Fetch.class).stream()
                .filter(f -> f.content().equals(content))
                .toList();

        assertThat(asked.getFirst().holders()).hasSize(1);
        assertThat(asked.getLast().holders()).hasSize(4).doesNotContain(late.signer.hotkey());
        for (int i = 1; i < asked.size(); i++) {
            assertThat(asked.get(i).holders())
                    .containsAll(asked.get(i - 1).holders())
                    .hasSizeGreaterThan(asked.get(i - 1).holders().size());
        }
    }
}
