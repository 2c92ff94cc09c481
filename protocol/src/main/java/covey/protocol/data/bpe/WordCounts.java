package covey.protocol.data.bpe;

import java.util.Arrays;

/** How often each word of some texts occurs. */
final class WordCounts {
    private final WordTable words = new WordTable();
    private long[] counts = new long[1 << 10];

    private WordCounts() {}

    static WordCounts of(Iterable<byte[]> texts) {
        WordCounts all = new WordCounts();
        texts.forEach(all::add);
        return all;
    }

    private void add(byte[] text) {
        WordScanner scanner = new WordScanner(text);
        for (int from = 0; from < text.length; ) {
            int end = scanner.end(from);
            int index = words.index(text, from, end);
            if (index == counts.length) {
                counts = Arrays.copyOf(counts, 2 * index);
            }
            counts[index]++;
            from = end;
        }
    }

    int size() {
        return words.count();
    }

    byte[] word(int index) {
        return words.word(index).unsafeArray();
    }

    long count(int index) {
        return counts[index];
    }
}
