package covey.protocol.transfer;

import covey.protocol.model.Hotkey;

/** What a fetch wants done. */
public sealed interface FetchEffect {
    /** Keep the data of the datagram that was just put in, at its offset in its segment. */
    record Keep() implements FetchEffect {}

    record Ask(Hotkey holder, TransferRequest request) implements FetchEffect {}

    /** The segment is complete: compare its hash, and write it if good. Answer with Opened or Checked. */
    record Check(int segment) implements FetchEffect {}

    /** A bad segment that came from this holder alone. */
    record Blame(Hotkey holder, int segment) implements FetchEffect {}

    /** Make the content durable. Answer with Completed. */
    record Complete() implements FetchEffect {}

    record Fetched() implements FetchEffect {}

    record Failed(String reason) implements FetchEffect {}
}
