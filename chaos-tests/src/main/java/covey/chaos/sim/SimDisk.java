package covey.chaos.sim;

import covey.protocol.ballot.VoteRecord;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.BlockStore;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.Journal;
import covey.protocol.port.Records;
import covey.protocol.port.Sections;
import covey.protocol.port.StoreFailure;
import covey.protocol.port.VoteStore;
import covey.protocol.wire.ContentHash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a node has on disk. A write is durable when it returns, as the ports promise, except what a journal has not
 * synced, and what a planted bug does not sync: of these a crash takes the last ones back. A write may be the node's
 * last, before or after it took effect, and may find the disk full.
 */
final class SimDisk {
    private final Crypto crypto;
    private final Seed seed;
    private final SortedMap<String, SortedMap<String, byte[]>> records = new TreeMap<>();
    private final SortedMap<ContentId, byte[]> contents = new TreeMap<>();
    private final List<CertifiedBlock> blocks = new ArrayList<>();
    private final NavigableMap<Long, Bytes> snapshots = new TreeMap<>();
    private final List<Bytes> journal = new ArrayList<>();
    private int syncedEntries;
    private final Deque<Runnable> unsynced = new ArrayDeque<>();
    private Optional<VoteRecord> vote = Optional.empty();
    private long crashIn = Long.MAX_VALUE;
    private boolean full;

    SimDisk(Crypto crypto, Seed seed) {
        this.crypto = crypto;
        this.seed = seed;
    }

    /** The process dies at that write from now on. */
    void crashIn(long writes) {
        crashIn = writes;
    }

    void full(boolean now) {
        full = now;
    }

    /** What was not synced is lost, from a random point on. */
    void crash() {
        crashIn = Long.MAX_VALUE;
        for (int lost = seed.nextInt(unsynced.size() + 1); lost > 0; lost--) {
            unsynced.removeLast().run();
        }
        unsynced.clear();
        journal.subList(syncedEntries, journal.size()).clear();
    }

    /** All is lost but the votes, which are on another disk. */
    void wipe() {
        records.clear();
        contents.clear();
        blocks.clear();
        snapshots.clear();
        journal.clear();
        syncedEntries = 0;
        unsynced.clear();
    }

    /** Whether a write is on the disk when it returns. */
    private static boolean isSynced() {
        return true;
    }

    private void write(Runnable effect, Runnable undo) {
        if (full) {
            throw new StoreFailure("disk: full", new IOException("no space left"));
        }
        boolean last = --crashIn <= 0;
        if (last && seed.nextBoolean()) {
            throw new Crashed("before a write");
        }
        effect.run();
        if (!isSynced()) {
            unsynced.addLast(undo);
        }
        if (last) {
            throw new Crashed("after a write");
        }
    }

    boolean has(ContentId content) {
        return contents.containsKey(content);
    }

    Optional<byte[]> bytes(ContentId content) {
        return Optional.ofNullable(contents.get(content));
    }

    List<Bytes> entries() {
        return journal;
    }

    // ---- ports

    Records records() {
        return new Records() {
            @Override
            public void write(String name, Consumer<Sections.Writer> body) {
                SortedMap<String, byte[]> next = new TreeMap<>();
                body.accept((section, bytes) -> next.put(section, owned(bytes)));
                put(name, next);
            }

            @Override
            public Lookup read(String name) {
                SortedMap<String, byte[]> found = records.get(name);
                return found == null ? new Absent() : new Found(new OpenRecord(found));
            }

            @Override
            public void delete(String name) {
                put(name, null);
            }

            @Override
            public List<String> names() {
                return List.copyOf(records.keySet());
            }
        };
    }

    /** Writers give whole arrays that they made for this; what is only a part of one is copied. */
    private static byte[] owned(MemorySegment bytes) {
        return bytes.heapBase()
                .filter(base -> base instanceof byte[] array && array.length == bytes.byteSize())
                .map(byte[].class::cast)
                .orElseGet(() -> bytes.toArray(ValueLayout.JAVA_BYTE));
    }

    private void put(String name, @org.jspecify.annotations.Nullable SortedMap<String, byte[]> next) {
        SortedMap<String, byte[]> before = records.get(name);
        write(() -> replace(name, next), () -> replace(name, before));
    }

    private void replace(String name, @org.jspecify.annotations.Nullable SortedMap<String, byte[]> sections) {
        if (sections == null) {
            records.remove(name);
        } else {
            records.put(name, sections);
        }
    }

    private record OpenRecord(SortedMap<String, byte[]> sections) implements Records.Opened {
        @Override
        public boolean has(String name) {
            return sections.containsKey(name);
        }

        @Override
        public MemorySegment section(String name) {
            byte[] bytes = sections.get(name);
            if (bytes == null) {
                throw new IllegalStateException("section " + name + ": absent");
            }
            return MemorySegment.ofArray(bytes).asReadOnly();
        }

        @Override
        public void close() {}
    }

    ContentStore contents() {
        return new ContentStore() {
            @Override
            public ContentId put(MemorySegment content) {
                byte[] bytes = content.toArray(ValueLayout.JAVA_BYTE);
                ContentId id = ContentHash.of(bytes, crypto);
                write(() -> contents.put(id, bytes), () -> contents.remove(id));
                return id;
            }

            @Override
            public boolean has(ContentId id) {
                return contents.containsKey(id);
            }

            @Override
            public Optional<MemorySegment> read(ContentId id) {
                return bytes(id).map(b -> MemorySegment.ofArray(b).asReadOnly());
            }

            @Override
            public Optional<List<Hash>> leaves(ContentId id) {
                return read(id).map(content -> ContentHash.leaves(content, crypto));
            }

            @Override
            public void delete(ContentId id) {
                byte[] before = contents.get(id);
                if (before != null) {
                    write(() -> contents.remove(id), () -> contents.put(id, before));
                }
            }

            @Override
            public Partial partial(ContentId id, long lengthBytes, List<Hash> leaves) {
                throw new UnsupportedOperationException("contents are fetched whole here");
            }
        };
    }

    BlockStore blocks() {
        return new BlockStore() {
            @Override
            public void append(CertifiedBlock block) {
                write(() -> blocks.add(block), blocks::removeLast);
            }

            @Override
            public long lastHeight() {
                return blocks.size();
            }

            @Override
            public Optional<CertifiedBlock> read(long height) {
                return height < 1 || height > blocks.size()
                        ? Optional.empty()
                        : Optional.of(blocks.get((int) height - 1));
            }

            @Override
            public void keep(long height, Bytes snapshot) {
                write(() -> snapshots.put(height, snapshot), () -> snapshots.remove(height));
            }

            @Override
            public Optional<Bytes> snapshot(long maxHeight) {
                return Optional.ofNullable(snapshots.floorEntry(maxHeight)).map(Map.Entry::getValue);
            }

            @Override
            public void close() {}
        };
    }

    VoteStore votes() {
        return new VoteStore() {
            @Override
            public Lookup read() {
                return vote.<Lookup>map(Found::new).orElseGet(Fresh::new);
            }

            @Override
            public void write(VoteRecord next) {
                Optional<VoteRecord> before = vote;
                SimDisk.this.write(() -> vote = Optional.of(next), () -> vote = before);
            }

            @Override
            public void close() {}
        };
    }

    Journal journal() {
        return new Journal() {
            @Override
            public long append(Bytes entry) {
                journal.add(entry);
                return journal.size();
            }

            @Override
            public void sync() {
                int before = syncedEntries;
                write(() -> syncedEntries = journal.size(), () -> syncedEntries = before);
            }

            @Override
            public void close() {}
        };
    }
}
