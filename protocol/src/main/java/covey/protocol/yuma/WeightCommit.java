package covey.protocol.yuma;

import covey.protocol.model.Hotkey;
import covey.protocol.wire.Blake2b;
import covey.protocol.wire.ByteWriter;
import java.util.List;

/**
 * A row of weights before it is shown. Its hash is what is committed: BLAKE2b-256 over the account, the index, the
 * three lists, each after its compact length, and the version key, as on Bittensor.
 *
 * @param hotkey whose weights they are
 * @param index of the mechanism
 * @param uids at most 16383, each a u16
 * @param values u16
 * @param salt u16 numbers that make the hash unguessable
 * @param versionKey u64
 */
public record WeightCommit(
        Hotkey hotkey, int index, List<Integer> uids, List<Integer> values, List<Integer> salt, long versionKey) {

    public byte[] hash() {
        ByteWriter out = new ByteWriter(64).hash(hotkey.hash()).u16(index);
        list(out, uids);
        list(out, values);
        list(out, salt);
        return Blake2b.hash(out.i64(versionKey).toByteArray());
    }

    /** Lengths below 64 take one byte, others below 2^14 two. */
    private static void list(ByteWriter out, List<Integer> numbers) {
        int size = numbers.size();
        Yuma.require(size < 1 << 14, "weights", size);
        if (size < 64) {
            out.u8(size << 2);
        } else {
            out.u16(size << 2 | 1);
        }
        numbers.forEach(out::u16);
    }
}
