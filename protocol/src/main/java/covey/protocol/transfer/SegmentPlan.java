package covey.protocol.transfer;

import covey.protocol.model.Limits;

/**
 * How a content is cut: into segments of 256 KiB (rule A1), these into units of 1,344 bytes, each the last one shorter.
 * The list of the segments' hashes, 32 bytes each, travels like a segment, under the number {@link #LEAVES}.
 *
 * @param lengthBytes of the content, 1 to {@link Limits#CONTENT_MAX_BYTES}
 */
public record SegmentPlan(long lengthBytes) {
    /** Number of the leaf list among the segments. */
    public static final int LEAVES = -1;

    private static final int HASH_BYTES = 32;

    public SegmentPlan {
        if (!isLength(lengthBytes)) {
            throw new IllegalArgumentException(
                    "content length: " + lengthBytes + " (expected: 1 to " + Limits.CONTENT_MAX_BYTES + ")");
        }
    }

    public static boolean isLength(long bytes) {
        return bytes >= 1 && bytes <= Limits.CONTENT_MAX_BYTES;
    }

    public int segmentCount() {
        return Math.toIntExact((lengthBytes + Limits.SEGMENT_BYTES - 1) / Limits.SEGMENT_BYTES);
    }

    public boolean isSegment(int segment) {
        return segment >= LEAVES && segment < segmentCount();
    }

    /** Offset of the segment's first byte in the content. */
    public long startOf(int segment) {
        return (long) segment * Limits.SEGMENT_BYTES;
    }

    public int bytesOf(int segment) {
        return segment == LEAVES
                ? segmentCount() * HASH_BYTES
                : (int) Math.min(Limits.SEGMENT_BYTES, lengthBytes - startOf(segment));
    }

    public int unitsOf(int segment) {
        return (bytesOf(segment) + Limits.TRANSFER_UNIT_BYTES - 1) / Limits.TRANSFER_UNIT_BYTES;
    }

    /** Bytes of so many units, less at the segment's end. */
    public int bytesOf(int segment, UnitRange units) {
        int from = units.first() * Limits.TRANSFER_UNIT_BYTES;
        return Math.min(bytesOf(segment) - from, units.count() * Limits.TRANSFER_UNIT_BYTES);
    }

    /** Whether a datagram may carry these bytes of the segment: whole units, and nothing beyond the end. */
    public boolean isUnits(int segment, int offset, int length) {
        if (!isSegment(segment) || offset < 0 || length < 1 || offset % Limits.TRANSFER_UNIT_BYTES != 0) {
            return false;
        }
        long end = (long) offset + length;
        int all = bytesOf(segment);
        return end == all || end < all && length % Limits.TRANSFER_UNIT_BYTES == 0;
    }

    /** The units of what {@link #isUnits} allows. */
    public static UnitRange unitsAt(int offset, int length) {
        int unit = Limits.TRANSFER_UNIT_BYTES;
        return new UnitRange(offset / unit, (length + unit - 1) / unit);
    }
}
