package covey.protocol.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.testing.Seed;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MarkovTextTest {
    /** Entropy of the letter after each pair, from counts; the bias of so many counts is far below the bound. */
    private static double measured(byte[] text) {
        long[][] counts = new long[1 << 16][];
        for (int i = 2; i < text.length; i++) {
            int pair = text[i - 2] << 8 | text[i - 1];
            if (counts[pair] == null) {
                counts[pair] = new long[128];
            }
            counts[pair][text[i]]++;
        }
        double nats = 0;
        for (long[] row : counts) {
            double sum = row == null ? 0 : LongStream.of(row).sum();
            for (int b = 0; sum > 0 && b < 128; b++) {
                nats -= row[b] == 0 ? 0 : row[b] * Math.log(row[b] / sum);
            }
        }
        return nats / Math.log(2) / (text.length - 2);
    }

    @Test
    void shouldHaveTheEntropyThatItSays() {
        Seed.range(5).forEach(seed -> {
            MarkovText source = MarkovText.of(seed);
            assertThat(source.entropyRate()).isBetween(1.0, 2.9);
            assertThat(measured(source.text(1_000_000)))
                    .as("seed %d", seed)
                    .isCloseTo(source.entropyRate(), within(0.005));
        });
    }

    @Test
    void shouldGiveTheSameTextForASeedAndAnotherForAnother() {
        assertThat(MarkovText.of(7).text(1000)).isEqualTo(MarkovText.of(7).text(1000));
        assertThat(MarkovText.of(7).text(1000)).isNotEqualTo(MarkovText.of(8).text(1000));
    }
}
