package covey.transport.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BulkTransfer.Offer;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.ContentHash;
import covey.transport.driver.BulkDriver;
import covey.transport.driver.BulkSettings;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AeronBulkTransferTest {
    private static final long SLOW = 2_000_000;
    private static final int SEGMENTS = 8;
    private static final int LENGTH = SEGMENTS * Limits.SEGMENT_BYTES - 7;

    @TempDir
    Path directory;

    private final List<TestNode> nodes = new CopyOnWriteArrayList<>();
    private final byte[] content = TestNode.randomBytes(1, LENGTH);

    private TestNode fetcher;
    private TestNode holder;

    @BeforeEach
    void start() {
        fetcher = node(1);
        holder = node(2);
        fetcher.meet(holder);
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
    }

    private TestNode node(int number) {
        return keep(new TestNode(number, directory.resolve("node" + number)));
    }

    private TestNode keep(TestNode node) {
        nodes.add(node);
        return node;
    }

    /** A node that lets others send 2 MB/s each: 8 segments take a second. */
    private TestNode slowNode(int number, long giveUpNs, MemoryContentStore store) {
        Path path = directory.resolve("slow" + number);
        BulkSettings settings = new BulkSettings(path, "127.0.0.1", "127.0.0.1", 0, 0, 20_000_000, SLOW, giveUpNs);
        return keep(new TestNode(number, settings, store));
    }

    private TestNode slowNode(int number) {
        return slowNode(number, 60_000_000_000L, new MemoryContentStore(new TestCrypto()));
    }

    private static CountDownLatch segments(TestNode node, int count) {
        CountDownLatch latch = new CountDownLatch(count);
        node.store.written = _ -> latch.countDown();
        return latch;
    }

    @Test
    void shouldFetchSmallAndLargeContents() throws Exception {
        for (int length : new int[] {1, 1344, 30_000, 262_144, 6_000_001}) {
            byte[] bytes = TestNode.randomBytes(length, length);
            ContentId id = holder.putAndServe(bytes);

            fetcher.awaitContent(fetcher.fetch(id, length, holder), bytes);
        }
        assertThat(fetcher.transfer.counters().badSegments()).isZero();
        assertThat(holder.transfer.counters().sentBytes()).isGreaterThan(6_000_000);
    }

    @Test
    void shouldProbeOneSegmentAndKeepNothing() throws Exception {
        TestNode other = node(3);
        fetcher.meet(other);
        ContentId id = holder.putAndServe(content);
        other.putAndServe(content);
        fetcher.put(content);

        CompletableFuture<ContentId> first = fetcher.probe(id, LENGTH, 7, holder);
        CompletableFuture<ContentId> second = fetcher.probe(id, LENGTH, 0, other);

        assertThat(first.get()).isEqualTo(id);
        assertThat(second.get()).isEqualTo(id);
        assertThat(fetcher.transfer.counters().verifiedSegments()).isEqualTo(2);
        assertThat(holder.transfer.counters().sentBytes()).isLessThan(2 * Limits.SEGMENT_BYTES);
    }

    @Test
    void shouldFailAProbeOfWhatIsNotServed() {
        ContentId id = holder.put(content);

        CompletableFuture<ContentId> probe = fetcher.probe(id, LENGTH, 0, holder);

        assertThatThrownBy(probe::get).hasMessageContaining("missed");
    }

    @Test
    void shouldNotAskAHolderThatItHasNoOfferOf() {
        TestNode stranger = node(3);
        ContentId id = stranger.putAndServe(content);

        CompletableFuture<ContentId> probe = fetcher.probe(id, LENGTH, 0, stranger);

        assertThatThrownBy(probe::get).hasMessageContaining("not asked");
    }

    @Test
    void shouldReportAtOnceWhatTheStoreHas() throws Exception {
        ContentId id = fetcher.put(content);

        fetcher.awaitContent(fetcher.fetch(id, LENGTH), content);
        assertThat(fetcher.transfer.counters().receivedBytes()).isZero();
    }

    @Test
    void shouldFetchFromTwoHoldersAtOnce() throws Exception {
        TestNode other = node(3);
        fetcher.meet(other);
        ContentId id = holder.putAndServe(content);
        other.putAndServe(content);

        fetcher.awaitContent(fetcher.fetch(id, LENGTH, holder, other), content);

        assertThat(fetcher.transfer.counters().verifiedSegments()).isEqualTo(SEGMENTS);
    }

    @Test
    void shouldServeTwoFetchersAtOnce() throws Exception {
        TestNode second = node(3);
        second.meet(holder);
        ContentId id = holder.putAndServe(content);

        CompletableFuture<ContentId> one = fetcher.fetch(id, LENGTH, holder);
        CompletableFuture<ContentId> two = second.fetch(id, LENGTH, holder);

        fetcher.awaitContent(one, content);
        second.awaitContent(two, content);
    }

    @Test
    void shouldGoOnWithAnotherHolderWhenOneCloses() throws Exception {
        TestNode slow = slowNode(4);
        TestNode other = node(3);
        slow.meet(holder, other);
        ContentId id = holder.putAndServe(content);
        CountDownLatch begun = segments(slow, 2);
        CompletableFuture<ContentId> fetch = slow.fetch(id, LENGTH, holder, other);

        begun.await();
        other.putAndServe(content);
        holder.close();

        slow.awaitContent(fetch, content);
        assertThat(slow.transfer.counters().verifiedSegments()).as("none again").isEqualTo(SEGMENTS);
    }

    @Test
    void shouldGoOnWithAnotherHolderWhenOneIsKilled() throws Exception {
        TestNode slow = slowNode(4);
        Hotkey victim = new Hotkey(new Hash(77, 0, 0, 0));
        Process process = HolderProcess.start(directory.resolve("victim"), 1, LENGTH, 4);
        try {
            slow.transfer.learn(victim, HolderProcess.offer(process));
            ContentId id = ContentHash.of(content, new TestCrypto());
            CountDownLatch begun = segments(slow, 3);
            slow.transfer.fetch(id, LENGTH, List.of(victim), new TestNode.OnFetched(() -> {}));
            begun.await();
        } finally {
            process.destroyForcibly().waitFor();
            IoUtil.delete(BulkDriver.directory(directory.resolve("victim")).toFile(), true);
        }
        ContentId id = holder.putAndServe(content);
        slow.meet(holder);

        slow.awaitContent(slow.fetch(id, LENGTH, holder), content);

        assertThat(slow.transfer.counters().verifiedSegments()).as("none again").isEqualTo(SEGMENTS);
    }

    @Test
    void shouldLoseOneSegmentToAWrongOne() throws Exception {
        TestNode honest = node(3);
        ContentId id = holder.putAndServe(content);
        honest.putAndServe(content);
        holder.store.flip(id, 3 * Limits.SEGMENT_BYTES);
        CountDownLatch others = segments(fetcher, SEGMENTS - 1);
        fetcher.fetch(id, LENGTH, holder);

        others.await();
        fetcher.meet(honest);

        fetcher.awaitContent(fetcher.fetch(id, LENGTH, honest), content);
        assertThat(fetcher.transfer.counters().badSegments()).isBetween(1L, 2L);
        assertThat(fetcher.transfer.counters().receivedBytes()).isLessThan(LENGTH + 3L * Limits.SEGMENT_BYTES);
    }

    @Test
    void shouldFetchWhatIsServedLater() throws Exception {
        ContentId early = holder.putAndServe(new byte[] {1});
        fetcher.awaitContent(fetcher.fetch(early, 1, holder), new byte[] {1});
        long answered = fetcher.transfer.counters().receivedBytes();
        ContentId id = holder.put(content);
        CompletableFuture<ContentId> fetch = fetcher.fetch(id, LENGTH, holder);

        TestNode.await("not here", () -> fetcher.transfer.counters().receivedBytes() > answered);
        assertThat(fetch).isNotDone();
        holder.transfer.serve(id);

        fetcher.awaitContent(fetch, content);
    }

    @Test
    void shouldNotServeWhatWasWithdrawn() {
        TestNode hasty = slowNode(4, 1_500_000_000L, new MemoryContentStore(new TestCrypto()));
        hasty.meet(holder);
        ContentId id = holder.putAndServe(content);
        holder.transfer.withdraw(id);

        CompletableFuture<ContentId> fetch = hasty.fetch(id, LENGTH, holder);

        assertThatThrownBy(() -> fetch.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("no progress");
        assertThat(holder.transfer.counters().sentBytes()).isZero();
    }

    @Test
    void shouldNotAnswerAnUnknownToken() {
        TestNode stranger = slowNode(4, 2_000_000_000L, new MemoryContentStore(new TestCrypto()));
        ContentId id = holder.putAndServe(content);
        Offer offer = holder.transfer.offerFor(stranger.hotkey);
        stranger.transfer.learn(
                holder.hotkey,
                new Offer(
                        offer.requestEndpoint(),
                        offer.responseControl(),
                        Bytes.wrap(new byte[16]),
                        offer.requestSessionId(),
                        offer.responseSessionId()));

        CompletableFuture<ContentId> fetch = stranger.fetch(id, LENGTH, holder);

        assertThatThrownBy(() -> fetch.get(30, TimeUnit.SECONDS)).hasMessageContaining("no progress");
        assertThat(holder.transfer.counters().droppedFrames())
                .as("requests came")
                .isPositive();
        assertThat(stranger.transfer.counters().receivedBytes()).isZero();
    }

    @Test
    void shouldResumeAfterARestartOfTheFetcher() throws Exception {
        MemoryContentStore store = new MemoryContentStore(new TestCrypto());
        TestNode before = slowNode(4, 60_000_000_000L, store);
        before.meet(holder);
        ContentId id = holder.putAndServe(content);
        CountDownLatch begun = segments(before, 3);
        CompletableFuture<ContentId> unfinished = before.fetch(id, LENGTH, holder);
        begun.await();
        before.close();
        assertThat(unfinished).isNotDone();
        long kept = before.transfer.counters().verifiedSegments();

        TestNode after = slowNode(4, 60_000_000_000L, store);
        after.meet(holder);
        after.awaitContent(after.fetch(id, LENGTH, holder), content);

        assertThat(kept).isBetween(3L, SEGMENTS - 1L);
        assertThat(after.transfer.counters().verifiedSegments()).isEqualTo(SEGMENTS - kept);
    }

    @Test
    void shouldBuildAllAnewWhenTheClientCloses() throws Exception {
        List<BulkDriver> generations = new CopyOnWriteArrayList<>();
        BulkSettings settings = BulkSettings.loopback(directory.resolve("rebuilt"));
        MemoryContentStore store = new MemoryContentStore(new TestCrypto());
        try (AeronBulkTransfer transfer =
                new AeronBulkTransfer(settings, store, new TestCrypto(), new SecureRandom(), (gate, errors) -> {
                    generations.add(new BulkDriver(settings.dataDirectory(), gate, errors));
                    return generations.getLast();
                })) {
            fetcher.transfer.learn(node(5).hotkey, transfer.offerFor(fetcher.hotkey));
            CompletableFuture<Void> closed = new CompletableFuture<>();
            ContentId known = store.put(MemorySegment.ofArray(new byte[] {7}));
            transfer.fetch(known, 1, List.of(), new TestNode.OnFetched(() -> {
                generations.getFirst().aeron().close();
                closed.complete(null);
            }));
            closed.get(30, TimeUnit.SECONDS);
            transfer.serve(known);

            fetcher.awaitContent(fetcher.fetch(known, 1, nodes.getLast()), new byte[] {7});
            assertThat(generations).hasSize(2);
        }
    }

    @Test
    void shouldRefuseADataDirectoryInUse() {
        assertThatThrownBy(() -> node(1)).hasMessageContaining("in use");
    }

    @Test
    void shouldFailAFetchOfAnImpossibleLength() {
        assertThatThrownBy(() -> fetcher.fetch(holder.put(content), 0, holder).get(30, TimeUnit.SECONDS))
                .hasMessageContaining("content length: 0");
    }
}
