package covey.transport.agent;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.port.ContentStore;
import covey.protocol.transfer.Bitmap;
import covey.protocol.transfer.SegmentPlan;
import covey.protocol.wire.ContentHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A content in the making, checked and written segment by segment. Used on the disk's thread. */
final class PartialContent {
    private final Shared shared;
    private final ContentId id;
    private final SegmentPlan plan;
    private List<Hash> leaves = List.of();
    private ContentStore.@Nullable Partial partial;

    PartialContent(Shared shared, ContentId id, SegmentPlan plan) {
        this.shared = shared;
        this.id = id;
        this.plan = plan;
    }

    /** Opens it if the leaf list is right; says which segments are there. */
    Optional<Bitmap> open(byte[] leafList) {
        List<Hash> hashes = new ArrayList<>();
        for (int at = 0; at < leafList.length; at += Hash.BYTES) {
            hashes.add(Hash.of(Arrays.copyOfRange(leafList, at, at + Hash.BYTES)));
        }
        if (!ContentHash.of(plan.lengthBytes(), hashes, shared.crypto()).equals(id)) {
            return Optional.empty();
        }
        leaves = List.copyOf(hashes);
        ContentStore.Partial opened = shared.store().partial(id, plan.lengthBytes(), leaves);
        partial = opened;
        Bitmap present = Bitmap.empty(plan.segmentCount());
        for (int segment = 0; segment < plan.segmentCount(); segment++) {
            present = opened.hasSegment(segment) ? present.with(segment) : present;
        }
        return Optional.of(present);
    }

    /** Writes the segment if its hash is right. */
    boolean write(int segment, byte[] bytes) {
        if (partial == null || !shared.crypto().sha256(bytes).equals(leaves.get(segment))) {
            return false;
        }
        partial.writeSegment(segment, bytes);
        return true;
    }

    boolean complete() {
        return partial != null && partial.complete();
    }

    void close() {
        if (partial != null) {
            partial.close();
            partial = null;
        }
    }
}
