package covey.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.ContentStore;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.ContentHash;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContentStoreTest {
    private static final int SEGMENT = Limits.SEGMENT_BYTES;

    @TempDir
    Path directory;

    private final TestCrypto crypto = new TestCrypto();
    private final byte[] content = bytes(2 * SEGMENT + 1000);
    private final List<Hash> leaves = ContentHash.leaves(MemorySegment.ofArray(content), crypto);
    private final ContentId id = ContentHash.of(content, crypto);
    private FileContentStore store;

    @BeforeEach
    void open() {
        store = FileContentStore.open(directory, crypto);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Seed.of(length).nextBytes(bytes);
        return bytes;
    }

    private byte[] segment(int index) {
        return Arrays.copyOfRange(content, index * SEGMENT, Math.min(content.length, (index + 1) * SEGMENT));
    }

    private byte[] read() {
        return store.read(id).orElseThrow().toArray(ValueLayout.JAVA_BYTE);
    }

    private void flip(String name, long at) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }

    @Test
    void shouldKeepContentsOverARestart() {
        assertThat(store.put(MemorySegment.ofArray(content))).isEqualTo(id);
        assertThat(store.put(MemorySegment.ofArray(content))).isEqualTo(id);
        ContentId empty = store.put(MemorySegment.ofArray(new byte[0]));

        open();

        assertThat(store.ids()).containsExactlyInAnyOrder(id, empty);
        assertThat(read()).isEqualTo(content);
        assertThat(store.leaves(id)).contains(leaves);
        assertThat(store.read(empty).orElseThrow().byteSize()).isZero();
    }

    @Test
    void shouldKnowNothingOfWhatItDoesNotHave() {
        assertThat(store.has(id)).isFalse();
        assertThat(store.read(id)).isEmpty();
        assertThat(store.leaves(id)).isEmpty();
    }

    @Test
    void shouldKeepAViewReadableAfterDelete() {
        store.put(MemorySegment.ofArray(content));
        MemorySegment view = store.read(id).orElseThrow();

        store.delete(id);
        store.delete(id);

        assertThat(store.has(id)).isFalse();
        assertThat(view.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
        assertThat(directory.toFile().list()).isEmpty();
    }

    @Test
    void shouldSetAsideAnAlteredContentWhenItIsFirstRead() throws IOException {
        store.put(MemorySegment.ofArray(content));
        flip(id.toString(), SEGMENT + 5);

        open();

        assertThat(store.has(id)).isTrue();
        assertThat(store.read(id)).isEmpty();
        assertThat(store.has(id)).isFalse();
        assertThat(directory.resolve(id + ".damaged")).exists();
        assertThat(store.put(MemorySegment.ofArray(content))).isEqualTo(id);
        assertThat(read()).isEqualTo(content);
    }

    @Test
    void shouldNoticeAContentCutShortAtTheStart() throws IOException {
        store.put(MemorySegment.ofArray(content));
        Files.write(directory.resolve(id.toString()), segment(0));

        open();

        assertThat(store.has(id)).isFalse();
    }

    @Test
    void shouldComputeLeavesAgainThatACrashLost() throws IOException {
        store.put(MemorySegment.ofArray(content));
        Files.delete(directory.resolve(id + ".leaves"));

        open();

        assertThat(store.leaves(id)).contains(leaves);
        flip(id + ".leaves", 3);
        open();
        assertThat(store.leaves(id)).contains(leaves);
    }

    @Test
    void shouldDeleteHalfWrittenFilesAtTheStart() throws IOException {
        Files.write(directory.resolve("7.tmp"), content);

        open();

        assertThat(directory.toFile().list()).isEmpty();
    }

    @Test
    void shouldCompleteAPartialOnlyWithAllSegments() {
        try (ContentStore.Partial partial = store.partial(id, content.length, leaves)) {
            partial.writeSegment(2, segment(2));
            partial.writeSegment(0, segment(0));
            assertThat(partial.hasSegment(1)).isFalse();
            assertThat(partial.complete()).isFalse();
            assertThat(store.has(id)).isFalse();
            partial.writeSegment(1, segment(1));
            assertThat(partial.complete()).isTrue();
        }
        assertThat(read()).isEqualTo(content);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder(id.toString(), id + ".leaves");
        open();
        assertThat(read()).isEqualTo(content);
    }

    /** The process dies: nothing is closed. */
    @Test
    void shouldKeepVerifiedSegmentsOverACrash() {
        ContentStore.Partial lost = store.partial(id, content.length, leaves);
        lost.writeSegment(1, segment(1));

        open();

        try (ContentStore.Partial partial = store.partial(id, content.length, leaves)) {
            assertThat(List.of(partial.hasSegment(0), partial.hasSegment(1), partial.hasSegment(2)))
                    .containsExactly(false, true, false);
            partial.writeSegment(0, segment(0));
            partial.writeSegment(2, segment(2));
            assertThat(partial.complete()).isTrue();
        }
        assertThat(read()).isEqualTo(content);
        lost.close();
    }

    @Test
    void shouldHashThePartAgainWhenTheMapIsDamaged() throws IOException {
        ContentStore.Partial lost = store.partial(id, content.length, leaves);
        lost.writeSegment(0, segment(0));
        lost.writeSegment(2, segment(2));
        lost.close();
        flip(id + ".map", 4);

        try (ContentStore.Partial partial = store.partial(id, content.length, leaves)) {
            assertThat(List.of(partial.hasSegment(0), partial.hasSegment(1), partial.hasSegment(2)))
                    .containsExactly(true, false, true);
        }
    }

    @Test
    void shouldAskAgainForASegmentThatWasLostAfterItWasVerified() throws IOException {
        try (ContentStore.Partial partial = store.partial(id, content.length, leaves)) {
            for (int i = 0; i < 3; i++) {
                partial.writeSegment(i, segment(i));
            }
            flip(id + ".part", SEGMENT);
            assertThat(partial.complete()).isFalse();
            assertThat(partial.hasSegment(1)).isFalse();
            assertThat(partial.hasSegment(0)).isTrue();
            partial.writeSegment(1, segment(1));
            assertThat(partial.complete()).isTrue();
        }
        assertThat(read()).isEqualTo(content);
    }

    @Test
    void shouldLeaveNothingOfAPartialThatIsDeletedOrNotNeeded() {
        store.partial(id, content.length, leaves).close();
        store.delete(id);
        assertThat(directory.toFile().list()).isEmpty();

        try (ContentStore.Partial partial = store.partial(id, content.length, leaves)) {
            store.put(MemorySegment.ofArray(content));
            assertThat(partial.complete()).isTrue();
        }
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder(id.toString(), id + ".leaves");
    }

    @Test
    void shouldRefuseLeavesOfAnotherContentAndSegmentsOfAnotherSize() {
        assertThatThrownBy(() -> store.partial(id, content.length - 1, leaves))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.partial(id, Limits.CONTENT_MAX_BYTES + 1, leaves))
                .isInstanceOf(IllegalArgumentException.class);
        List<Hash> tooMany = List.of(Hash.ZERO, Hash.ZERO);
        assertThatThrownBy(() -> store.partial(ContentHash.of(5, tooMany, crypto), 5, tooMany))
                .isInstanceOf(IllegalArgumentException.class);
        try (ContentStore.Partial partial = store.partial(id, content.length, leaves)) {
            assertThatThrownBy(() -> partial.writeSegment(2, segment(0))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> partial.writeSegment(3, segment(0))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldAdoptAFileThatIsTheContent(@TempDir Path other) throws IOException {
        Path file = Files.write(other.resolve("stream"), content);

        assertThat(store.adopt(id, file, leaves.subList(0, 2))).isFalse();
        assertThat(store.adopt(id, file, leaves)).isTrue();

        assertThat(read()).isEqualTo(content);
        open();
        assertThat(store.leaves(id)).contains(leaves);
    }
}
