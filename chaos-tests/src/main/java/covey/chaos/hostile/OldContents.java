package covey.chaos.hostile;

import covey.protocol.contribution.ContributionReader;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.ContentStore;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A store that takes the first contribution for every later one of its node, so that the node commits to it again and
 * takes that for its own. After a restart the next one is the first. Thread-safe.
 */
final class OldContents implements ContentStore {
    private final ContentStore honest;
    private volatile Optional<Old> old = Optional.empty();

    /** What is sent again. */
    record Old(ContentId id, long lengthBytes) {}

    OldContents(ContentStore honest) {
        this.honest = honest;
    }

    Optional<Old> old() {
        return old;
    }

    @Override
    public ContentId put(MemorySegment content) {
        if (!isContribution(content)) {
            return honest.put(content);
        }
        if (old.isEmpty()) {
            old = Optional.of(new Old(honest.put(content), content.byteSize()));
        }
        return old.get().id();
    }

    private static boolean isContribution(MemorySegment content) {
        try {
            ContributionReader.read(content);
            return true;
        } catch (Malformed e) {
            return false;
        }
    }

    @Override
    public void delete(ContentId id) {
        if (old.filter(kept -> kept.id().equals(id)).isEmpty()) {
            honest.delete(id);
        }
    }

    @Override
    public boolean has(ContentId id) {
        return honest.has(id);
    }

    @Override
    public Optional<MemorySegment> read(ContentId id) {
        return honest.read(id);
    }

    @Override
    public Optional<List<Hash>> leaves(ContentId id) {
        return honest.leaves(id);
    }

    @Override
    public Partial partial(ContentId id, long lengthBytes, List<Hash> leaves) {
        return honest.partial(id, lengthBytes, leaves);
    }
}
