package covey.protocol.assign;

import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which windows a slot of a round holds (rule I2). A pure function of the run, the pass and the slot: every node
 * computes the same. Stateless; use from any thread.
 */
public final class DataAssignment {
    private static final byte[] SLOTS = "covey/1/slots".getBytes(StandardCharsets.US_ASCII);
    private static final int WORDS_PER_HASH = 4;

    private final RunId run;
    private final long windowCount;
    private final Crypto crypto;

    /** @param windowCount windows of the train stream, at least 1 */
    public DataAssignment(RunId run, long windowCount, Crypto crypto) {
        if (windowCount < 1) {
            throw new IllegalArgumentException(
                    "train windows: " + windowCount + " (expected: at least 1; the text is shorter than one window)");
        }
        this.run = run;
        this.windowCount = windowCount;
        this.crypto = crypto;
    }

    /**
     * Window ids in the order of training.
     *
     * @param pass the pass that {@code slotStart} counts from
     * @param slotStart first position, at least 0; positions past the end of the pass lie in the passes after it
     * @param count windows wanted, B·H of a whole slot
     */
    public long[] windows(long pass, long slotStart, int count) {
        long[] windows = new long[count];
        long current = pass + slotStart / windowCount;
        PassOrder order = new PassOrder(run, current, windowCount, crypto);
        for (int i = 0; i < count; i++) {
            long position = slotStart + i;
            long wanted = pass + position / windowCount;
            if (wanted != current) {
                current = wanted;
                order = new PassOrder(run, current, windowCount, crypto);
            }
            windows[i] = order.window(position % windowCount);
        }
        return windows;
    }

    /**
     * Which slot start goes to which slot index: a shuffle by H(beacon of OPEN, round), so that nobody knows its
     * samples before the round opens. Element i of the result is the start of slot i.
     */
    public static List<Long> permute(List<Long> slotStarts, Hash beacon, long round, Crypto crypto) {
        List<Long> shuffled = new ArrayList<>(slotStarts);
        long[] words = new long[0];
        for (int drawn = 0, i = shuffled.size() - 1; i > 0; i--, drawn++) {
            if (drawn % WORDS_PER_HASH == 0) {
                words = words(beacon, round, drawn / WORDS_PER_HASH, crypto);
            }
            long word = words[drawn % WORDS_PER_HASH];
            Collections.swap(shuffled, i, (int) Long.remainderUnsigned(word, i + 1L));
        }
        return List.copyOf(shuffled);
    }

    private static long[] words(Hash beacon, long round, int counter, Crypto crypto) {
        Hash hash = crypto.sha256(
                new ByteWriter().raw(SLOTS).hash(beacon).i64(round).i32(counter).toByteArray());
        return new long[] {hash.a(), hash.b(), hash.c(), hash.d()};
    }
}
