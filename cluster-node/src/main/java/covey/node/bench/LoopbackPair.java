package covey.node.bench;

import covey.node.store.FileContentStore;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Crypto;
import covey.transport.agent.AeronBulkTransfer;
import covey.transport.driver.BulkSettings;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A holder and a fetcher of bulk transfer as nodes run them: each with a driver, sockets and a store on disk, in one
 * JVM. Used by one thread.
 */
final class LoopbackPair implements AutoCloseable {
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(60);

    private final Crypto crypto = new Ed25519Crypto();
    private final Hotkey holder = new Hotkey(new Hash(1, 0, 0, 0));
    private final FileContentStore held;
    private final FileContentStore fetched;
    private final AeronBulkTransfer holding;
    private final AeronBulkTransfer fetching;

    /** @param bytesPerSecond that the fetcher grants and the holder sends at most */
    LoopbackPair(Path directory, long bytesPerSecond) {
        held = FileContentStore.open(directory.resolve("held"), crypto);
        fetched = FileContentStore.open(directory.resolve("fetched"), crypto);
        holding = transfer(directory.resolve("holder"), held, bytesPerSecond);
        fetching = transfer(directory.resolve("fetcher"), fetched, bytesPerSecond);
        fetching.learn(holder, holding.offerFor(new Hotkey(new Hash(2, 0, 0, 0))));
    }

    private AeronBulkTransfer transfer(Path directory, FileContentStore store, long bytesPerSecond) {
        BulkSettings settings =
                new BulkSettings(directory, "127.0.0.1", "127.0.0.1", 0, 0, bytesPerSecond, bytesPerSecond, GIVE_UP_NS);
        return new AeronBulkTransfer(settings, store, crypto, new SecureRandom());
    }

    /** Nanoseconds until a content that the fetcher has not yet is verified and durable there. */
    long fetch(byte[] content) {
        ContentId id = held.put(MemorySegment.ofArray(content));
        holding.serve(id);
        CompletableFuture<Long> end = new CompletableFuture<>();
        long start = System.nanoTime();
        fetching.fetch(id, content.length, List.of(holder), new Ending(end));
        long elapsedNs = end.orTimeout(2 * GIVE_UP_NS, TimeUnit.NANOSECONDS).join() - start;
        holding.withdraw(id);
        held.delete(id);
        fetched.delete(id);
        return elapsedNs;
    }

    private record Ending(CompletableFuture<Long> endNs) implements BulkTransfer.FetchListener {
        @Override
        public void fetched(ContentId id) {
            endNs.complete(System.nanoTime());
        }

        @Override
        public void failed(ContentId id, String reason) {
            endNs.completeExceptionally(new IllegalStateException("fetch: " + reason));
        }
    }

    /** Of all fetches. */
    BulkTransfer.Counters sent() {
        return holding.counters();
    }

    @Override
    public void close() {
        fetching.close();
        holding.close();
    }
}
