package covey.transport.agent;

import covey.protocol.port.BulkTransfer.Counters;
import java.util.concurrent.atomic.LongAdder;

/** Counts since the start. Thread-safe. */
final class Totals {
    final LongAdder sentBytes = new LongAdder();
    final LongAdder receivedBytes = new LongAdder();
    final LongAdder verifiedSegments = new LongAdder();
    final LongAdder badSegments = new LongAdder();
    final LongAdder malformedFrames = new LongAdder();

    Counters counters(long droppedFrames) {
        return new Counters(
                sentBytes.sum(),
                receivedBytes.sum(),
                verifiedSegments.sum(),
                badSegments.sum(),
                droppedFrames + malformedFrames.sum());
    }
}
