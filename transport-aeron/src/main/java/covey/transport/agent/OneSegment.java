package covey.transport.agent;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.ContentStore;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A store that lacks one segment of every content and keeps nothing: a fetch into it shows that a holder has that
 * segment.
 */
record OneSegment(int wanted) implements ContentStore {
    @Override
    public ContentId put(MemorySegment content) {
        throw new UnsupportedOperationException("put: of a store that keeps nothing");
    }

    @Override
    public boolean has(ContentId id) {
        return false;
    }

    @Override
    public Optional<MemorySegment> read(ContentId id) {
        return Optional.empty();
    }

    @Override
    public Optional<List<Hash>> leaves(ContentId id) {
        return Optional.empty();
    }

    @Override
    public void delete(ContentId id) {}

    @Override
    public Partial partial(ContentId id, long lengthBytes, List<Hash> leaves) {
        return new Segment(wanted);
    }

    private static final class Segment implements Partial {
        private final int wanted;
        private boolean here;

        private Segment(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public boolean hasSegment(int index) {
            return index != wanted || here;
        }

        @Override
        public void writeSegment(int index, byte[] bytes) {
            here = true;
        }

        @Override
        public boolean complete() {
            return here;
        }

        @Override
        public void close() {}
    }
}
