package covey.node.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.port.StoreFailure;
import covey.protocol.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("journal");
    }

    private void append(String... entries) {
        try (FileJournal journal = FileJournal.open(file)) {
            for (String entry : entries) {
                journal.append(Bytes.of(entry.getBytes(UTF_8)));
            }
        }
    }

    private List<String> entries() throws IOException {
        return JournalFile.read(file).entries().stream()
                .map(entry -> new String(entry.content().toArray(), UTF_8))
                .toList();
    }

    @Test
    void shouldGoOnCountingAfterARestart() throws IOException {
        append("a", "b");
        try (FileJournal journal = FileJournal.open(file)) {
            assertThat(journal.lastSequence()).isEqualTo(2);
            assertThat(journal.append(Bytes.EMPTY)).isEqualTo(3);
        }
        assertThat(entries()).containsExactly("a", "b", "");
        assertThat(JournalFile.read(file).damage()).isNull();
    }

    @Test
    void shouldHaveOnTheDiskWhatWasSynced() throws IOException {
        FileJournal journal = FileJournal.open(file);
        journal.append(Bytes.of("a".getBytes(UTF_8)));
        assertThat(entries()).isEmpty();
        journal.sync();
        assertThat(entries()).containsExactly("a");
        journal.close();
        journal.close();
    }

    @Test
    void shouldCutOffATornTailWhereverItWasTorn() throws IOException {
        append("first", "second");
        byte[] whole = Files.readAllBytes(file);
        int second = (int) JournalFile.read(file).entries().get(1).offset();

        for (int length = second; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            append("");
            assertThat(entries()).as("torn at %d", length).containsExactly("first", "");
            assertThat(JournalFile.read(file).damage()).as("torn at %d", length).isNull();
        }
    }

    @Test
    void shouldSayWhichEntryIsDamagedWhateverByteIsFlipped() throws IOException {
        append("first", "second", "third");
        byte[] whole = Files.readAllBytes(file);
        List<JournalFile.Entry> good = JournalFile.read(file).entries();
        int second = (int) good.get(1).offset();
        int third = (int) good.get(2).offset();

        for (int at = second; at < third; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << (at & 7));
            Files.write(file, flipped);

            JournalFile.Contents contents = JournalFile.read(file);
            assertThat(contents.entries()).as("flipped at %d", at).hasSize(1);
            JournalFile.Damage damage = Objects.requireNonNull(contents.damage());
            assertThat(damage.sequence()).isEqualTo(2);
            assertThat(damage.offset()).isEqualTo(second);
            assertThat(damage.torn()).isFalse();
            assertThatThrownBy(() -> FileJournal.open(file))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("entry 2 at byte " + second);
            assertThat(Files.size(file)).isEqualTo(whole.length);
        }
    }

    @Test
    void shouldKeepEntriesOfAllSizes() throws IOException {
        Seed seed = Seed.of(4);
        byte[][] written = new byte[40][];
        try (FileJournal journal = FileJournal.open(file)) {
            for (int i = 0; i < written.length; i++) {
                written[i] = new byte[i == 7 ? Limits.JOURNAL_ENTRY_MAX_BYTES : seed.nextInt(20_000)];
                seed.nextBytes(written[i]);
                journal.append(Bytes.of(written[i]));
            }
        }
        List<JournalFile.Entry> read = JournalFile.read(file).entries();
        assertThat(read).hasSize(written.length);
        for (int i = 0; i < written.length; i++) {
            assertThat(read.get(i).sequence()).isEqualTo(i + 1);
            assertThat(read.get(i).content()).isEqualTo(Bytes.of(written[i]));
        }
    }

    @Test
    void shouldRefuseAnEntryAboveTheLimit() {
        try (FileJournal journal = FileJournal.open(file)) {
            Bytes big = Bytes.wrap(new byte[Limits.JOURNAL_ENTRY_MAX_BYTES + 1]);
            assertThatThrownBy(() -> journal.append(big)).isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.append(Bytes.EMPTY)).isEqualTo(1);
        }
    }

    @Test
    void shouldReadAMissingFileAsEmpty() throws IOException {
        assertThat(JournalFile.read(file)).isEqualTo(new JournalFile.Contents(List.of(), null));
    }
}
