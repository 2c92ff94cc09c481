package covey.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.testing.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an append has returned is on the disk, though the process is killed with -9 in the midst of the next one. */
@Timeout(120)
class BlockFileKillTest {
    private static final int KILLS = 2;
    private static final List<CertifiedBlock> BLOCKS = CertifiedBlocks.of(1_000);

    @TempDir
    private Path folder = Path.of("");

    /** Says each height once its append has returned. */
    static final class Appending {
        private Appending() {}

        public static void main(String[] args) {
            try (BlockFile file = BlockFile.open(Path.of(args[0]))) {
                for (CertifiedBlock block : BLOCKS.subList((int) file.lastHeight(), BLOCKS.size())) {
                    file.append(block);
                    System.out.println(block.block().height());
                }
            }
        }
    }

    static LongStream seeds() {
        return Seed.range(1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldKeepWhatWasFinalThoughKilledInAnAppend(long number) throws IOException, InterruptedException {
        Seed seed = Seed.of(number);
        Path file = folder.resolve("blocks");
        for (int kill = 0; kill < KILLS; kill++) {
            long said = killedAfter(file, 1 + seed.nextInt(60));
            try (BlockFile again = BlockFile.open(file)) {
                assertThat(again.lastHeight()).isGreaterThanOrEqualTo(said);
                for (int height = 1; height <= again.lastHeight(); height++) {
                    assertThat(again.read(height)).contains(BLOCKS.get(height - 1));
                }
            }
        }
    }

    /** The last height that it said before it was gone. */
    private static long killedAfter(Path file, int appends) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appending.class.getName(),
                        file.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long said = 0;
        int heard = 0;
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said = Long.parseLong(line);
                if (++heard == appends) {
                    // Of the handle: the process itself would close the lines as well.
                    child.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(child.waitFor()).isEqualTo(137);
        assertThat(heard).isGreaterThanOrEqualTo(appends);
        return said;
    }
}
