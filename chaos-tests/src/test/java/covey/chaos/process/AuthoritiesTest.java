package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import covey.node.store.BlockFile;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class AuthoritiesTest {
    /** In the order of genesis. */
    private static final List<String> AUTHORITIES = List.of("validator-1", "authority-2", "authority-3");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldLoseNoBlockWhenTheProposerIsKilled() throws Exception {
        Path net = directory.resolve("net");
        TestnetRun run = TestnetRun.start(net, "--rounds", "4", "--trainers", "2", "--authorities", "3");
        run.await(event -> event.path("event").asText().equals("round-sealed"));
        CertifiedBlock last = blocks(net, "trainer-1").getLast();
        int proposer = last.block().proposer();
        kill(run, AUTHORITIES.get(proposer));
        run.finished();

        assertThat(run.summary().path("lostRounds").asInt()).isZero();
        assertThat(run.summary().path("stateRootsAgree").asBoolean()).isTrue();
        List<Hash> chain = hashes(blocks(net, "trainer-2"));
        for (JsonNode started : run.events("node-started")) {
            List<Hash> own = hashes(blocks(net, started.path("node").asText()));
            int common = Math.min(own.size(), chain.size());
            assertThat(own.subList(0, common)).isEqualTo(chain.subList(0, common));
        }
        assertThat(blocks(net, "trainer-2"))
                .filteredOn(block -> block.block().height() > last.block().height())
                .extracting(block -> block.block().proposer())
                .anyMatch(next -> next != proposer);
    }

    private static void kill(TestnetRun run, String node) {
        long pid = run.events("node-started").stream()
                .filter(started -> started.path("node").asText().equals(node))
                .reduce((first, second) -> second)
                .orElseThrow()
                .path("pid")
                .asLong();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    /** Of a copy: the node may still write, and opening a block file repairs it. */
    private List<CertifiedBlock> blocks(Path net, String node) throws IOException {
        Path copy = Files.createTempFile(directory, node, ".blocks");
        Files.write(copy, Files.readAllBytes(net.resolve(node).resolve("blocks")));
        List<CertifiedBlock> all = new ArrayList<>();
        try (BlockFile file = BlockFile.open(copy)) {
            for (long height = 1; height <= file.lastHeight(); height++) {
                all.add(file.read(height).orElseThrow());
            }
        }
        return all;
    }

    private static List<Hash> hashes(List<CertifiedBlock> blocks) {
        return blocks.stream().map(block -> block.certificate().blockHash()).toList();
    }
}
