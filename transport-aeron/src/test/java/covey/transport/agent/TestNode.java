package covey.transport.agent;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer.FetchListener;
import covey.protocol.port.BulkTransfer.ProbeListener;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.transport.driver.BulkSettings;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A node of bulk transfer with a store in memory. */
final class TestNode implements AutoCloseable {
    private static final long WAIT_SECONDS = 30;

    /** Runs something on the transfer's thread. */
    record OnFetched(Runnable run) implements FetchListener {
        @Override
        public void fetched(ContentId id) {
            run.run();
        }

        @Override
        public void failed(ContentId id, String reason) {
            throw new IllegalStateException(reason);
        }
    }

    final Hotkey hotkey;
    final MemoryContentStore store;
    final AeronBulkTransfer transfer;

    TestNode(int number, Path directory) {
        this(number, BulkSettings.loopback(directory), new MemoryContentStore(new TestCrypto()));
    }

    TestNode(int number, BulkSettings settings, MemoryContentStore store) {
        this.hotkey = new Hotkey(new Hash(number, 0, 0, 0));
        this.store = store;
        this.transfer = new AeronBulkTransfer(settings, store, new TestCrypto(), new SecureRandom());
    }

    /** Waits for what another thread or process brings about. */
    static void await(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for %s", what).isLessThan(endNs);
            LockSupport.parkNanos(100_000);
        }
    }

    static byte[] randomBytes(long seed, int count) {
        byte[] bytes = new byte[count];
        Seed.of(seed).nextBytes(bytes);
        return bytes;
    }

    ContentId put(byte[] content) {
        return store.put(MemorySegment.ofArray(content));
    }

    ContentId putAndServe(byte[] content) {
        ContentId id = put(content);
        transfer.serve(id);
        return id;
    }

    /** This node gets offers of the holders, as the control plane would bring them. */
    void meet(TestNode... holders) {
        for (TestNode holder : holders) {
            transfer.learn(holder.hotkey, holder.transfer.offerFor(hotkey));
        }
    }

    CompletableFuture<ContentId> fetch(ContentId id, long lengthBytes, TestNode... holders) {
        List<Hotkey> hotkeys = Stream.of(holders).map(h -> h.hotkey).toList();
        CompletableFuture<ContentId> result = new CompletableFuture<>();
        transfer.fetch(id, lengthBytes, hotkeys, new Completing(result));
        return result;
    }

    CompletableFuture<ContentId> probe(ContentId id, long lengthBytes, int segment, TestNode holder) {
        CompletableFuture<ContentId> result = new CompletableFuture<>();
        transfer.probe(id, lengthBytes, segment, holder.hotkey, new ProbeListener() {
            @Override
            public void answered() {
                result.complete(id);
            }

            @Override
            public void missed() {
                result.completeExceptionally(new IllegalStateException("missed"));
            }

            @Override
            public void notAsked() {
                result.completeExceptionally(new IllegalStateException("not asked"));
            }
        });
        return result;
    }

    private record Completing(CompletableFuture<ContentId> result) implements FetchListener {
        @Override
        public void fetched(ContentId content) {
            result.complete(content);
        }

        @Override
        public void failed(ContentId content, String reason) {
            result.completeExceptionally(new IllegalStateException(reason));
        }
    }

    void awaitContent(CompletableFuture<ContentId> fetch, byte[] content) throws Exception {
        ContentId id = fetch.get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(store.read(id).orElseThrow().mismatch(MemorySegment.ofArray(content)))
                .isEqualTo(-1);
    }

    @Override
    public void close() {
        transfer.close();
    }
}
