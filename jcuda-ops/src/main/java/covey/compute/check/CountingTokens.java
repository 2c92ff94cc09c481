package covey.compute.check;

import covey.protocol.port.TokenSource;
import java.util.SplittableRandom;

/**
 * Windows that can be learned: each counts up from a chosen token by a chosen step of 1 to 3, modulo the vocabulary.
 *
 * @param vocabulary at least 4
 * @param sequence tokens of a window, less one
 */
public record CountingTokens(int vocabulary, int sequence) implements TokenSource {
    @Override
    public long windowCount() {
        return Long.MAX_VALUE;
    }

    @Override
    public void window(long id, int[] into, int at) {
        SplittableRandom random = new SplittableRandom(id);
        int first = random.nextInt(vocabulary);
        int step = 1 + random.nextInt(3);
        for (int i = 0; i <= sequence; i++) {
            into[at + i] = (first + i * step) % vocabulary;
        }
    }
}
