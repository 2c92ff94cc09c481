package covey.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.node.NodeEvent;
import covey.actors.testing.MemoryContents;
import covey.actors.testing.TestCovey;
import covey.actors.testing.TestPeer;
import covey.actors.transfer.MissingShards;
import covey.protocol.journal.JournalCodec;
import covey.protocol.journal.JournalEntry;
import covey.protocol.journal.Replay;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis.Shard;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.port.Engine;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerMachine;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CoveyNodeTest {
    private static List<ContentId> rootsAfter(TestCovey covey, long round) {
        return covey.peers().stream()
                .map(peer -> peer.awaitApplied(round).stateRoot())
                .distinct()
                .toList();
    }

    @Test
    void sealsRoundAfterRoundWithEqualRoots() {
        try (TestCovey covey = new TestCovey(2).startAll()) {
            for (long round = 1; round <= 3; round++) {
                assertThat(rootsAfter(covey, round)).hasSize(1);
            }
            NodeEvent.Applied applied = covey.validator().awaitApplied(3);
            assertThat(applied.collected()).isEqualTo(2);
            assertThat(applied.rejected()).isZero();
            assertThat(applied.bytesPerContribution()).isPositive();
            assertThat(applied.trainLoss()).isNaN();
            assertThat(applied.heldOutLoss()).isEqualTo(5.0);
            assertThat(covey.trainer(0).awaitApplied(3).trainLoss()).isEqualTo(4.5);
            assertThat(covey.chain().state().agreedRoot(1))
                    .contains(rootsAfter(covey, 1).getFirst());
        }
    }

    @Test
    void scoresTrainersBesideTheRoundsAndGoesOnWhereItLeftOff() {
        try (TestCovey covey = new TestCovey(3).startAll()) {
            TestPeer validator = covey.validator();
            ScoreBook.Round second = validator.scores.await(2);
            List<Hotkey> trainers = IntStream.range(0, 3)
                    .mapToObj(i -> covey.trainer(i).signer().hotkey())
                    .sorted()
                    .toList();
            assertThat(second.outcomes()).extracting(Outcome::hotkey).isEqualTo(trainers);
            assertThat(second.outcomes().stream().filter(Outcome.Scored.class::isInstance))
                    .isNotEmpty();
            assertThat(second.outcomes()).allMatch(o -> o instanceof Outcome.Scored || o instanceof Outcome.Unscored);
            assertThat(second.agreeing()).containsExactlyElementsOf(trainers);
            validator.close();
            validator.start();
            long last = validator.scores.begin().round();
            ScoreBook.Round later = validator.scores.await(validator.scores.awaitAfter(last));
            assertThat(later.outcomes()).extracting(Outcome::hotkey).containsAll(trainers);
        }
    }

    @Test
    void continuesFromItsRecordsWhenRestarted() {
        try (TestCovey covey = new TestCovey(2).startAll()) {
            TestPeer victim = covey.trainer(0);
            victim.awaitApplied(1);
            victim.close();
            CoveyNode again = victim.start();
            assertThat(rootsAfter(covey, 3)).hasSize(1);
            victim.await(NodeEvent.Committed.class, committed -> committed.round() == 3);
            assertThat(again.ledger().lastSealed()).isGreaterThanOrEqualTo(3);
            assertThat(victim.events(NodeEvent.Failure.class)).isEmpty();
        }
    }

    @Test
    void commitsTheRecordedContributionAgainWhenItDiedBeforeSayingIt() throws InterruptedException {
        try (TestCovey covey = new TestCovey(2)) {
            TestPeer victim = covey.trainer(0);
            CountDownLatch recorded = new CountDownLatch(1);
            CountDownLatch dead = new CountDownLatch(1);
            victim.faults((point, round) -> {
                if (point == Point.COMMIT_RECORDED && round == 1 && recorded.getCount() > 0) {
                    recorded.countDown();
                    awaitQuietly(dead);
                    throw new IllegalStateException("killed");
                }
            });
            covey.startAll();
            assertThat(recorded.await(60, TimeUnit.SECONDS)).isTrue();
            dead.countDown();
            victim.await(NodeEvent.Failure.class, failure -> true);
            victim.close();
            victim.start();
            assertThat(rootsAfter(covey, 2)).hasSize(1);
            assertThat(victim.events(NodeEvent.Trained.class).stream()
                            .filter(trained -> trained.round() == 1)
                            .count())
                    .isEqualTo(1);
            victim.await(NodeEvent.Committed.class, committed -> committed.round() == 1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void journalsWhatReplaysToTheSameEffectsAcrossARestart() {
        try (TestCovey covey = new TestCovey(2).startAll()) {
            TestPeer peer = covey.trainer(1);
            peer.awaitApplied(1);
            peer.close();
            peer.start();
            peer.awaitApplied(3);
            peer.close();
            var machine = new PeerMachine(
                    covey.genesis(),
                    covey.runId(),
                    covey.crypto(),
                    peer.signer().hotkey(),
                    Role.TRAINER.bit());
            var replay = new Replay(machine, covey.crypto(), height -> Optional.of(peer.ledgerAt(height)));
            Replay.Outcome outcome = replay.run(peer.journal.durable().iterator());
            assertThat(outcome).isInstanceOf(Replay.Equal.class);
        }
    }

    @Test
    void fetchesAgainWhenFetchesFail() {
        try (TestCovey covey = new TestCovey(2)) {
            var fetcher = covey.validator().signer().hotkey();
            covey.network().failNext(fetcher, 3);
            covey.startAll();
            assertThat(rootsAfter(covey, 1)).hasSize(1);
            assertThat(covey.network().failuresLeft(fetcher)).isZero();
            assertThat(covey.validator().awaitApplied(1).collected()).isEqualTo(2);
        }
    }

    @Test
    void takesPartOnlyOnceItsDataAreHere() {
        try (TestCovey covey = new TestCovey(2)) {
            TestPeer newcomer = covey.trainer(0);
            MemoryContents held = new MemoryContents(covey.crypto());
            ContentId shard = held.put(MemorySegment.ofArray(new byte[100]));
            Hotkey holder = TestCrypto.signer(4000).hotkey();
            var arrived = new CountDownLatch(1);
            newcomer.missing(new MissingShards(List.of(new Shard("train", shard, 100)), arrived::countDown), holder);
            var serving = covey.network().port(holder, held);
            CoveyNode node = newcomer.start();
            covey.peers().stream().filter(peer -> peer != newcomer).forEach(TestPeer::start);
            covey.trainer(1).await(NodeEvent.Ready.class, ready -> true);
            newcomer.await(NodeEvent.Phase.class, phase -> phase.phase().equals("FETCH"));
            assertThat(node.phase()).isEqualTo("FETCH");
            assertThat(newcomer.events(NodeEvent.Ready.class)).isEmpty();
            assertThat(arrived.getCount()).isEqualTo(1);

            serving.serve(shard);

            assertThat(rootsAfter(covey, 2)).hasSize(1);
            assertThat(newcomer.contents.has(shard)).isTrue();
            newcomer.await(NodeEvent.Committed.class, committed -> committed.round() == 2);
            assertThat(newcomer.events(NodeEvent.Fetching.class)).last().isEqualTo(new NodeEvent.Fetching(100, 100));
        }
    }

    @Test
    void stopsWithOneLineWhenTheEngineFails() throws Exception {
        try (TestCovey covey = new TestCovey(2)) {
            TestPeer broken = covey.trainer(0);
            broken.engine().beforeStep(step -> {
                throw new Engine.EngineFailure("memory: none is left", new OutOfMemoryError());
            });
            covey.peers().stream().filter(peer -> peer != broken).forEach(TestPeer::start);
            String line = broken.start().stopped().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(line).isEqualTo("engine: memory: none is left");
            assertThat(broken.events(NodeEvent.Failure.class)).containsExactly(new NodeEvent.Failure(line));
        }
    }

    private static boolean isBlock(Bytes entry, TestCovey covey) {
        try {
            return new JournalCodec(covey.crypto()).decode(entry).body() instanceof JournalEntry.Block;
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    /** The first block makes a trainer say Ready. */
    @Test
    void stopsWithoutAnEffectWhenTheJournalCannotBeSynced() throws Exception {
        try (TestCovey covey = new TestCovey(2)) {
            TestPeer broken = covey.trainer(0);
            broken.journal.breakAt(entry -> isBlock(entry, covey));
            String line = broken.start().stopped().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(line).isEqualTo("peer: journal: disk full");
            assertThat(broken.events(NodeEvent.Ready.class)).isEmpty();
        }
    }

    @Test
    void endsTrainingWhenClosed() throws Exception {
        try (TestCovey covey = new TestCovey(2)) {
            TestPeer peer = covey.trainer(0);
            CountDownLatch training = new CountDownLatch(1);
            CountDownLatch closing = new CountDownLatch(1);
            List<Long> steps = Collections.synchronizedList(new ArrayList<>());
            peer.engine().beforeStep(step -> {
                steps.add(step);
                training.countDown();
                awaitQuietly(closing);
            });
            covey.peers().stream().filter(other -> other != peer).forEach(TestPeer::start);
            CoveyNode node = peer.start();
            assertThat(training.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(node.phase()).isEqualTo("TRAIN");
            Thread closer = new Thread(node::close);
            closer.start();
            while (closer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            closing.countDown();
            assertThat(node.stopped().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEmpty();
            closer.join();
            assertThat(steps).containsExactly(1L);
            assertThat(peer.checkpoints).containsEntry(0L, covey.genesis().thetaRoot());
        }
    }
}
