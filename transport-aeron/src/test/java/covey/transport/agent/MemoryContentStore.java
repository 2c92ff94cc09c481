package covey.transport.agent;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/** Contents in memory. It outlives a transfer, as files outlive a process. */
final class MemoryContentStore implements ContentStore {
    /** Called with each segment's number after it was written. */
    volatile IntConsumer written = _ -> {};

    private final Crypto crypto;
    private final SortedMap<ContentId, byte[]> contents = new TreeMap<>();
    private final SortedMap<ContentId, List<Hash>> leaves = new TreeMap<>();
    private final SortedMap<ContentId, MemoryPartial> partials = new TreeMap<>();

    MemoryContentStore(Crypto crypto) {
        this.crypto = crypto;
    }

    @Override
    public synchronized ContentId put(MemorySegment content) {
        ContentId id = ContentHash.of(content, crypto);
        contents.put(id, content.toArray(ValueLayout.JAVA_BYTE));
        leaves.put(id, ContentHash.leaves(content, crypto));
        return id;
    }

    /** Damages a stored byte, as a lying holder would serve it. */
    synchronized void flip(ContentId id, int at) {
        byte[] content = contents.get(id);
        if (content != null) {
            content[at] ^= 1;
        }
    }

    @Override
    public synchronized boolean has(ContentId id) {
        return contents.containsKey(id);
    }

    @Override
    public synchronized void delete(ContentId id) {
        contents.remove(id);
        leaves.remove(id);
    }

    @Override
    public synchronized Optional<MemorySegment> read(ContentId id) {
        return Optional.ofNullable(contents.get(id)).map(MemorySegment::ofArray);
    }

    @Override
    public synchronized Optional<List<Hash>> leaves(ContentId id) {
        return Optional.ofNullable(leaves.get(id));
    }

    @Override
    public synchronized Partial partial(ContentId id, long lengthBytes, List<Hash> hashes) {
        return partials.computeIfAbsent(id, _ -> new MemoryPartial(id, new byte[(int) lengthBytes], hashes));
    }

    private final class MemoryPartial implements Partial {
        private final ContentId id;
        private final byte[] bytes;
        private final List<Hash> hashes;
        private final SortedSet<Integer> present = new TreeSet<>();

        private MemoryPartial(ContentId id, byte[] bytes, List<Hash> hashes) {
            this.id = id;
            this.bytes = bytes;
            this.hashes = hashes;
        }

        @Override
        public boolean hasSegment(int index) {
            return present.contains(index);
        }

        @Override
        public void writeSegment(int index, byte[] segment) {
            if (!crypto.sha256(segment).equals(hashes.get(index)) || !present.add(index)) {
                throw new IllegalStateException("segment: " + index + " (expected: verified, and written once)");
            }
            System.arraycopy(segment, 0, bytes, index * Limits.SEGMENT_BYTES, segment.length);
            written.accept(index);
        }

        @Override
        public boolean complete() {
            if (present.size() < hashes.size()) {
                return false;
            }
            synchronized (MemoryContentStore.this) {
                contents.put(id, bytes);
                leaves.put(id, hashes);
                partials.remove(id);
            }
            return true;
        }

        @Override
        public void close() {}
    }
}
