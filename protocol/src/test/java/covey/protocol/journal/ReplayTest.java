package covey.protocol.journal;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Bytes;
import covey.protocol.round.JournaledRun;
import covey.protocol.round.PeerInput;
import covey.protocol.testing.Seed;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayTest {
    private static final JournaledRun RUN = new JournaledRun(4);

    static LongStream seeds() {
        return Seed.range(60);
    }

    private static Replay.Outcome replay(List<Bytes> journal) {
        return new Replay(RUN.trainerMachine(), RUN.run().crypto(), RUN::ledger).run(journal.iterator());
    }

    @Test
    void shouldFindTheSameEffectsAndStateAgain() {
        List<Bytes> journal = RUN.trainerJournal();

        assertThat(replay(journal)).isEqualTo(new Replay.Equal(journal.size(), RUN.trainerState()));
        assertThat(new Replay(RUN.validatorMachine(), RUN.run().crypto(), RUN::ledger)
                        .run(RUN.validatorJournal().iterator()))
                .isInstanceOf(Replay.Equal.class);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFindAFlippedBit(long number) {
        Seed random = Seed.of(number);
        List<Bytes> journal = new ArrayList<>(RUN.trainerJournal());
        int entry = random.nextInt(journal.size());
        byte[] bytes = journal.get(entry).toArray();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        journal.set(entry, Bytes.wrap(bytes));

        assertThat(replay(journal)).as("entry %s, %s", entry + 1, random).isInstanceOf(Replay.Differs.class);
    }

    @Test
    void shouldNameTheEntryThatIsLost() {
        List<Bytes> journal = new ArrayList<>(RUN.trainerJournal());
        JournalCodec codec = new JournalCodec(RUN.run().crypto());
        int settled = 0;
        while (!isSettled(codec, journal.get(settled))) {
            settled++;
        }
        int lost = settled;
        journal.remove(lost);

        assertThat(replay(journal))
                .isInstanceOfSatisfying(
                        Replay.Differs.class, d -> assertThat(d.sequence()).isGreaterThan(lost));
    }

    private static boolean isSettled(JournalCodec codec, Bytes entry) {
        try {
            return codec.decode(entry).body() instanceof JournalEntry.Input i && i.input() instanceof PeerInput.Settled;
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldSayWhichBlockIsMissing() {
        Replay.Outcome outcome = new Replay(RUN.trainerMachine(), RUN.run().crypto(), h -> Optional.empty())
                .run(RUN.trainerJournal().iterator());

        assertThat(outcome).isEqualTo(new Replay.Differs(2, "block 0: missing (expected: in the file)"));
    }

    @Test
    void shouldRefuseAJournalWithoutItsBeginning() {
        List<Bytes> journal = RUN.trainerJournal();

        assertThat(replay(journal.subList(1, journal.size())))
                .isEqualTo(new Replay.Differs(1, "first entry: Advanced (expected: Restarted)"));
    }
}
