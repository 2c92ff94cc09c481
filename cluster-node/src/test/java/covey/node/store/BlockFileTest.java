package covey.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.port.StoreFailure;
import covey.protocol.testing.Seed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockFileTest {
    private static final List<CertifiedBlock> BLOCKS = CertifiedBlocks.of(5);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("blocks");
    }

    private void append(int from, int to) {
        try (BlockFile blocks = BlockFile.open(file)) {
            BLOCKS.subList(from - 1, to).forEach(blocks::append);
        }
    }

    private static long end(int blockCount) {
        return BLOCKS.subList(0, blockCount).stream()
                .mapToLong(b -> JournalFile.HEAD_BYTES + BlockCodec.encode(b).length)
                .sum();
    }

    private static void assertHolds(BlockFile blocks, int count) {
        assertThat(blocks.lastHeight()).isEqualTo(count);
        for (int height = 1; height <= count; height++) {
            assertThat(blocks.read(height)).contains(BLOCKS.get(height - 1));
        }
        assertThat(blocks.read(count + 1)).isEmpty();
        assertThat(blocks.read(0)).isEmpty();
    }

    private void overwrite(long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(offset);
            raw.write(bytes);
        }
    }

    @Test
    void shouldHoldItsBlocksAfterARestart() {
        append(1, 3);
        append(4, 5);
        try (BlockFile blocks = BlockFile.open(file)) {
            assertHolds(blocks, 5);
        }
    }

    @Test
    void shouldKeepTheNewestTwoSnapshots() {
        append(1, 5);
        try (BlockFile blocks = BlockFile.open(file)) {
            for (int height = 1; height <= 5; height++) {
                blocks.keep(height, snapshot(height));
            }
        }
        try (BlockFile blocks = BlockFile.open(file)) {
            assertHolds(blocks, 5);
            assertThat(blocks.snapshot(5)).contains(snapshot(5));
            assertThat(blocks.snapshot(4)).contains(snapshot(4));
            assertThat(blocks.snapshot(3)).isEmpty();
        }
    }

    @Test
    void shouldBeginAfterTheSnapshotThatCameFirstAndKeepIt() {
        try (BlockFile blocks = BlockFile.open(file)) {
            assertThat(blocks.isEmpty()).isTrue();
            blocks.keep(2, snapshot(2));
            assertThat(blocks.lastHeight()).isEqualTo(2);
        }
        try (BlockFile blocks = BlockFile.open(file)) {
            assertThat(blocks.isEmpty()).isFalse();
            BLOCKS.subList(2, 5).forEach(blocks::append);
            for (int height = 3; height <= 5; height++) {
                blocks.keep(height, snapshot(height));
            }
        }
        try (BlockFile blocks = BlockFile.open(file)) {
            assertThat(blocks.lastHeight()).isEqualTo(5);
            assertThat(blocks.read(2)).isEmpty();
            assertThat(blocks.read(3)).contains(BLOCKS.get(2));
            assertThat(blocks.read(5)).contains(BLOCKS.get(4));
            assertThat(blocks.startHeight()).isEqualTo(2);
            assertThat(blocks.snapshot(2)).contains(snapshot(2));
        }
    }

    @Test
    void shouldRefuseBlocksWhoseFirstSnapshotIsMissingAndLeaveThem() throws IOException {
        try (BlockFile blocks = BlockFile.open(file)) {
            blocks.keep(2, snapshot(2));
            blocks.append(BLOCKS.get(2));
        }
        Files.delete(directory.resolve("blocks-snapshots").resolve("start-2"));
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> BlockFile.open(file))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("begins after a snapshot that is missing");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void shouldDropSnapshotsOfBlocksThatWereLost() throws IOException {
        append(1, 5);
        try (BlockFile blocks = BlockFile.open(file)) {
            blocks.keep(4, snapshot(4));
            blocks.keep(5, snapshot(5));
        }
        Files.delete(file);
        append(1, 1);
        try (BlockFile blocks = BlockFile.open(file)) {
            blocks.keep(1, snapshot(1));
            assertThat(blocks.snapshot(1)).contains(snapshot(1));
            assertThat(blocks.snapshot(5)).contains(snapshot(1));
        }
    }

    private static Bytes snapshot(int height) {
        return Bytes.of(new byte[] {(byte) height});
    }

    @Test
    void shouldHaveABlockOnTheDiskWhenAppendReturns() throws IOException {
        try (BlockFile blocks = BlockFile.open(file)) {
            blocks.append(BLOCKS.getFirst());
            Path copy = Files.copy(file, directory.resolve("copy"));
            try (BlockFile crashed = BlockFile.open(copy)) {
                assertHolds(crashed, 1);
            }
        }
    }

    @Test
    void shouldHaveSpaceAheadOfTheBlockAtHand() throws IOException {
        append(1, 2);
        assertThat(Files.size(file)).isGreaterThan(end(2) + (1 << 20));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldCutAnIncompleteLastBlock(long number) throws IOException {
        Seed seed = Seed.of(number);
        append(1, 3);
        int length = (int) (end(3) - end(2));
        int kept = seed.nextInt(length);
        byte[] zeros = new byte[length - kept];
        overwrite(end(2) + kept, zeros);
        if (seed.nextBoolean()) {
            try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                raw.setLength(end(2) + kept);
            }
        }
        try (BlockFile blocks = BlockFile.open(file)) {
            assertHolds(blocks, 2);
            BLOCKS.subList(2, 5).forEach(blocks::append);
        }
        try (BlockFile blocks = BlockFile.open(file)) {
            assertThat(blocks.lastHeight()).as(seed.toString()).isEqualTo(5);
            assertHolds(blocks, 5);
        }
    }

    static LongStream seeds() {
        return Seed.range(8);
    }

    @Test
    void shouldRefuseDamageWithBlocksBehindIt() throws IOException {
        append(1, 3);
        overwrite(end(1) + 40, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> BlockFile.open(file))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("entry 2");
    }

    @Test
    void shouldNotReturnABlockThatWasAltered() throws IOException {
        try (BlockFile blocks = BlockFile.open(file)) {
            blocks.append(BLOCKS.getFirst());
            overwrite(60, new byte[] {1, 2, 3});
            assertThatThrownBy(() -> blocks.read(1))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("height 1");
        }
    }

    @Test
    void shouldRefuseAnotherThanTheNextBlock() {
        try (BlockFile blocks = BlockFile.open(file)) {
            assertThatThrownBy(() -> blocks.append(BLOCKS.get(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: 1");
        }
    }

    @Test
    void shouldStayOpenWhenAReaderIsInterrupted() {
        try (BlockFile blocks = BlockFile.open(file)) {
            blocks.append(BLOCKS.getFirst());
            Thread.currentThread().interrupt();
            assertThat(blocks.read(1)).isPresent();
            blocks.append(BLOCKS.get(1));
            assertThat(Thread.interrupted()).isTrue();
            assertHolds(blocks, 2);
        }
    }
}
