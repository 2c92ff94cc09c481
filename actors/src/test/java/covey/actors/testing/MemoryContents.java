package covey.actors.testing;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Contents that outlive a node, as files do. */
public final class MemoryContents implements ContentStore {
    private final Crypto crypto;
    private final ConcurrentSkipListMap<ContentId, byte[]> contents = new ConcurrentSkipListMap<>();

    public MemoryContents(Crypto crypto) {
        this.crypto = crypto;
    }

    @Override
    public ContentId put(MemorySegment content) {
        ContentId id = ContentHash.of(content, crypto);
        contents.put(id, content.toArray(ValueLayout.JAVA_BYTE));
        return id;
    }

    @Override
    public boolean has(ContentId id) {
        return contents.containsKey(id);
    }

    @Override
    public Optional<MemorySegment> read(ContentId id) {
        return Optional.ofNullable(contents.get(id)).map(MemorySegment::ofArray);
    }

    @Override
    public Optional<List<Hash>> leaves(ContentId id) {
        return read(id).map(content -> ContentHash.leaves(content, crypto));
    }

    @Override
    public void delete(ContentId id) {
        contents.remove(id);
    }

    @Override
    public Partial partial(ContentId id, long lengthBytes, List<Hash> leaves) {
        throw new UnsupportedOperationException("partial contents: not in memory");
    }
}
