package covey.compute.engine;

import covey.protocol.port.TokenSource;

/** Windows of a token source as inputs and, one token later, targets. */
final class WindowBatch {
    private final TokenSource source;
    private final int sequence;
    private final int[] window;
    private final int[] inputs;
    private final int[] targets;

    WindowBatch(TokenSource source, int batch, int sequence) {
        this.source = source;
        this.sequence = sequence;
        window = new int[sequence + 1];
        inputs = new int[batch * sequence];
        targets = new int[batch * sequence];
    }

    /** Takes windows {@code ids[from]} and after. */
    void fill(long[] ids, int from) {
        for (int at = 0, i = from; at < inputs.length; at += sequence, i++) {
            source.window(ids[i], window, 0);
            System.arraycopy(window, 0, inputs, at, sequence);
            System.arraycopy(window, 1, targets, at, sequence);
        }
    }

    int[] inputs() {
        return inputs;
    }

    int[] targets() {
        return targets;
    }
}
