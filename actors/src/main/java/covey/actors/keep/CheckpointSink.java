package covey.actors.keep;

import covey.protocol.model.ContentId;
import java.lang.foreign.MemorySegment;

/** Where a node's checkpoints go besides its content store, for people to use. */
@FunctionalInterface
public interface CheckpointSink {
    /**
     * Called on the engine's thread; may write to the disk.
     *
     * @param round whose θ it is
     * @param theta canonical bytes, valid during the call only
     */
    void keep(long round, ContentId root, MemorySegment theta);
}
