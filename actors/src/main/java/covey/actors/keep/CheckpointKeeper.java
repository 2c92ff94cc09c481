package covey.actors.keep;

import covey.protocol.model.ContentId;
import covey.protocol.port.ContentStore;
import java.lang.foreign.MemorySegment;

/** Keeps θ as a content, whose id is the state root (rules A1, D11), and hands it on. Used by the engine's thread. */
public final class CheckpointKeeper {
    private final ContentStore contents;
    private final CheckpointSink sink;
    private long handedOver = -1;

    public CheckpointKeeper(ContentStore contents, CheckpointSink sink) {
        this.contents = contents;
        this.sink = sink;
    }

    /** θ after {@code round} is durable in the store on return. Throws if its root is another. */
    public void keep(long round, ContentId root, MemorySegment theta) {
        ContentId stored = contents.put(theta);
        if (!stored.equals(root)) {
            throw new IllegalStateException("θ to keep: root " + stored + " (expected: " + root + ")");
        }
        last(round, root, theta);
    }

    /** Hands θ to the sink unless it has had that round. */
    public void last(long round, ContentId root, MemorySegment theta) {
        if (round != handedOver) {
            sink.keep(round, root, theta);
            handedOver = round;
        }
    }
}
