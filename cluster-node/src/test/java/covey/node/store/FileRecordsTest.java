package covey.node.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.port.Records;
import covey.protocol.testing.Seed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRecordsTest {
    @TempDir
    Path directory;

    private FileRecords records;

    @BeforeEach
    void open() {
        records = FileRecords.open(directory);
    }

    private void writeTwo(String name, String first, String second) {
        records.write(name, out -> {
            out.section("a", MemorySegment.ofArray(first.getBytes(UTF_8)));
            out.section("b", MemorySegment.ofArray(second.getBytes(UTF_8)));
        });
    }

    private String section(String name, String section) {
        return switch (records.read(name)) {
            case Records.Absent absent -> "absent";
            case Records.Damaged(String reason) -> reason;
            case Records.Found(Records.Opened opened) -> {
                try (opened) {
                    yield new String(opened.section(section).toArray(ValueLayout.JAVA_BYTE), UTF_8);
                }
            }
        };
    }

    @Test
    void shouldReadBackWhatWasWrittenLast() {
        writeTwo("commit", "old", "x");
        writeTwo("commit", "new", "");

        assertThat(section("commit", "a")).isEqualTo("new");
        assertThat(section("commit", "b")).isEmpty();
        assertThat(records.names()).containsExactly("commit");
    }

    @Test
    void shouldFindNothingAfterDelete() {
        writeTwo("commit", "x", "y");
        records.delete("commit");
        records.delete("commit");

        assertThat(section("commit", "a")).isEqualTo("absent");
        assertThat(records.names()).isEmpty();
    }

    @Test
    void shouldKeepTheOldRecordWhenTheBodyFails() {
        writeTwo("commit", "old", "x");

        assertThatThrownBy(() -> records.write("commit", out -> {
                    out.section("a", MemorySegment.ofArray("new".getBytes(UTF_8)));
                    throw new IllegalStateException("engine failed");
                }))
                .hasMessage("engine failed");

        assertThat(section("commit", "a")).isEqualTo("old");
        assertThat(directory.toFile().list()).containsExactly("commit.rec");
    }

    @Test
    void shouldIgnoreAndDeleteWhatACrashLeftBeforeTheRename() throws IOException {
        writeTwo("commit", "old", "x");
        Files.copy(directory.resolve("commit.rec"), directory.resolve("other.rec.tmp"));
        Files.write(directory.resolve("commit.rec.tmp"), new byte[] {1, 2, 3});

        records = FileRecords.open(directory);

        assertThat(section("commit", "a")).isEqualTo("old");
        assertThat(directory.toFile().list()).containsExactly("commit.rec");
    }

    @Test
    void shouldSayThatARecordIsDamagedWhereverItWasCut() throws IOException {
        writeTwo("commit", "some bytes", "more bytes");
        Path file = directory.resolve("commit.rec");
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(records.read("commit")).as("cut at %d", length).isInstanceOf(Records.Damaged.class);
        }
    }

    @Test
    void shouldSayThatARecordIsDamagedWhenAnySectionOrTableByteIsFlipped() throws IOException {
        writeTwo("commit", "0123456789012345678901234567890123456789012345678901234567890123", "more bytes");
        Path file = directory.resolve("commit.rec");
        byte[] whole = Files.readAllBytes(file);

        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << (at & 7));
            Files.write(file, flipped);
            assertThat(records.read("commit")).as("flipped at %d", at).isInstanceOf(Records.Damaged.class);
        }
    }

    @Test
    void shouldKeepRandomSectionsBitForBit() {
        Seed.range(20).mapToObj(Seed::of).forEach(seed -> {
            byte[][] sections = new byte[seed.nextInt(5)][];
            for (int i = 0; i < sections.length; i++) {
                sections[i] = new byte[seed.nextInt(1000)];
                seed.nextBytes(sections[i]);
            }
            records.write("state", out -> {
                for (int i = 0; i < sections.length; i++) {
                    out.section("section-" + i, MemorySegment.ofArray(sections[i]));
                }
            });
            try (Records.Opened opened = ((Records.Found) records.read("state")).record()) {
                for (int i = 0; i < sections.length; i++) {
                    assertThat(opened.section("section-" + i).toArray(ValueLayout.JAVA_BYTE))
                            .as("%s", seed)
                            .isEqualTo(sections[i]);
                }
                assertThat(opened.has("section-" + sections.length)).isFalse();
            }
        });
    }

    @Test
    void shouldRefuseNamesThatLeaveTheDirectory() {
        assertThatThrownBy(() -> records.read("../commit"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("record name: '../commit'");
        assertThatThrownBy(() -> records.delete("")).isInstanceOf(IllegalArgumentException.class);
    }
}
