package covey.protocol.transfer;

import covey.protocol.model.Hotkey;
import java.util.List;

/** What can happen to a fetch. Times are monotonic nanoseconds. */
public sealed interface FetchInput {
    /** Holders that may be asked too. */
    record Holders(long nowNs, List<Hotkey> hotkeys) implements FetchInput {
        public Holders {
            hotkeys = List.copyOf(hotkeys);
        }
    }

    /** Whether requests reach a holder. */
    record Linked(long nowNs, Hotkey holder, boolean up) implements FetchInput {}

    /** A datagram with data. Nothing in its header is trusted. */
    record Arrived(long nowNs, Hotkey holder, DataHeader header, int lengthBytes) implements FetchInput {}

    record NotHere(long nowNs, Hotkey holder) implements FetchInput {}

    /** The leaf list was right, and these segments are in the store from an earlier fetch. */
    record Opened(long nowNs, Bitmap verified) implements FetchInput {}

    /** The segment's hash was compared; if good it is written. The leaf list is reported here only if bad. */
    record Checked(long nowNs, int segment, boolean good) implements FetchInput {}

    /** The content is durable. */
    record Completed() implements FetchInput {}

    /** The store failed. */
    record Broken(String reason) implements FetchInput {}

    /** @param room how many more segments may be held in memory */
    record Tick(long nowNs, int room) implements FetchInput {}

    record Cancel() implements FetchInput {}
}
