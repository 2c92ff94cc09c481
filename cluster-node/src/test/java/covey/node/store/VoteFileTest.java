package covey.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ballot.Accepted;
import covey.protocol.ballot.BallotNumber;
import covey.protocol.ballot.VoteRecord;
import covey.protocol.ledger.Block;
import covey.protocol.port.StoreFailure;
import covey.protocol.port.VoteStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoteFileTest {
    private static final Block BLOCK = CertifiedBlocks.of(1).getFirst().block();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("votes");
    }

    private static VoteRecord vote(int counter) {
        BallotNumber ballot = new BallotNumber(counter, 0);
        Accepted accepted = new Accepted(ballot, BLOCK);
        return new VoteRecord(ballot, Optional.of(accepted), Optional.empty());
    }

    private void write(int from, int to) {
        try (VoteFile votes = VoteFile.open(file)) {
            for (int counter = from; counter <= to; counter++) {
                votes.write(vote(counter));
            }
        }
    }

    private VoteStore.Lookup read() {
        try (VoteFile votes = VoteFile.open(file)) {
            return votes.read();
        }
    }

    /** Alters the record of an odd or even sequence number. */
    private void damage(int slot) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(slot * raw.length() / 2 + 30);
            raw.write(new byte[] {9, 9, 9});
        }
    }

    @Test
    void shouldSayMissingUntilTheFirstWrite() {
        assertThat(read()).isInstanceOf(VoteStore.Missing.class);
        assertThat(read()).isInstanceOf(VoteStore.Missing.class);
        write(1, 1);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(1)));
    }

    @Test
    void shouldSayFreshOnceMadeAndUntilTheFirstVote() throws IOException {
        VoteFile.create(file);
        assertThat(read()).isInstanceOf(VoteStore.Fresh.class);
        assertThatThrownBy(() -> VoteFile.create(file)).hasMessageContaining("never voted");
        write(1, 1);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(1)));
        write(2, 3);
        damage(0);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(2)));
    }

    @Test
    void shouldHoldTheLastRecordInAFileThatDoesNotGrow() throws IOException {
        write(1, 1);
        long size = Files.size(file);
        write(2, 7);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(7)));
        assertThat(Files.size(file)).isEqualTo(size);
    }

    @Test
    void shouldFallBackToTheRecordBeforeAnIncompleteOne() throws IOException {
        write(1, 5);
        damage(1);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(4)));
        write(6, 6);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(6)));
        damage(1);
        assertThat(read()).isEqualTo(new VoteStore.Found(vote(4)));
    }

    @Test
    void shouldSayDamagedWhenNoRecordIsWhole() throws IOException {
        write(1, 2);
        damage(0);
        damage(1);
        assertThat(read()).isInstanceOf(VoteStore.Damaged.class);
        try (VoteFile votes = VoteFile.open(file)) {
            assertThatThrownBy(() -> votes.write(vote(3))).isInstanceOf(StoreFailure.class);
        }
    }

    @Test
    void shouldSayDamagedWhenTheFileWasEmptied() throws IOException {
        write(1, 2);
        Files.write(file, new byte[0]);
        assertThat(read()).isInstanceOf(VoteStore.Damaged.class);
    }
}
