package covey.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import covey.protocol.transfer.TransferSim.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransferSimTest {
    private static final long MS = TransferSim.MS;
    private static final long SECOND = 1000 * MS;
    private static final FetchRules RULES = FetchRules.of(5_000_000, 60 * SECOND);

    static LongStream seeds() {
        return Seed.range(40);
    }

    private static List<Peer> peers(int count) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            peers.add(new Peer(i));
        }
        return peers;
    }

    private static TransferSim run(long seed, long lengthBytes, List<Peer> peers) {
        TransferSim sim = new TransferSim(Seed.of(seed), RULES, lengthBytes, peers);
        sim.run(200 * SECOND);
        return sim;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldFetchWhateverTheNetworkDoesWhileOneHolderIsHonest(long seed) {
        Seed random = Seed.of(seed).fork("peers");
        List<Peer> peers = peers(1 + random.nextInt(5));
        for (Peer peer : peers) {
            peer.loss = random.nextInt(3) * 0.05;
            peer.jitterNs = random.nextInt(3) * 10 * MS;
            peer.latencyNs = 1 + random.nextInt(80) * MS;
        }
        for (Peer peer : peers.subList(1, peers.size())) {
            peer.diesNs = random.nextInt(3) == 0 ? random.nextInt(2000) * MS : Long.MAX_VALUE;
            peer.lies = random.nextInt(3) == 0 ? 0.01 : 0;
            peer.servesFromNs = random.nextInt(2) * random.nextInt(2000) * MS;
        }
        long length = 1L + random.nextInt(12 * Limits.SEGMENT_BYTES);

        TransferSim sim = run(seed, length, peers);

        assertThat(sim.ended).as("seed %d", seed).isEqualTo("fetched");
        assertThat(sim.blames).as("seed %d", seed).noneMatch(b -> b.holder().equals(peers.getFirst().hotkey));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRepairLossWithoutFetchingMuchTwice(long seed) {
        List<Peer> peers = peers(1);
        peers.getFirst().loss = 0.05;
        peers.getFirst().jitterNs = 5 * MS;

        TransferSim sim = run(seed, 5_000_000, peers);

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.keptUnits).isEqualTo(sim.neededUnits());
        assertThat(sim.checks.values()).as("each checked once").containsOnly(1);
        assertThat(sim.sentUnits()).as("seed %d", seed).isLessThan(sim.neededUnits() * 115 / 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldReachHalfTheGrantAtOnePercentLossAndEightyMsRoundTrip(long seed) {
        List<Peer> peers = peers(1);
        peers.getFirst().loss = 0.01;
        peers.getFirst().jitterNs = 5 * MS;

        TransferSim sim = run(seed, 10_000_000, peers);

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.nowNs).as("seed %d", seed).isLessThan(4 * SECOND);
    }

    @Test
    void shouldTakeTwoRoundTripsForASmallContent() {
        TransferSim sim = run(1, 30_000, peers(1));

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.nowNs).isLessThan(2 * 80 * MS + 40 * MS);
        assertThat(sim.sentUnits()).isEqualTo(sim.neededUnits());
    }

    @Test
    void shouldGoOnWithAnotherHolderWhenOneDies() {
        List<Peer> peers = peers(2);
        peers.getFirst().diesNs = 500 * MS;

        TransferSim sim = run(1, 8_000_000, peers);

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.nowNs).isLessThan(5 * SECOND);
        assertThat(sim.keptUnits).as("nothing received is fetched again").isEqualTo(sim.neededUnits());
        assertThat(sim.checks.values()).containsOnly(1);
    }

    @Test
    void shouldUseSeveralHoldersAtOnce() {
        List<Peer> peers = peers(4);
        TransferSim sim = run(1, 10_000_000, peers);

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.nowNs).as("one alone needs 2 s").isLessThan(1200 * MS);
        assertThat(peers).allMatch(p -> p.sentData > 1000);
    }

    @Test
    void shouldTurnFromALiarAfterThreeSegments() {
        List<Peer> peers = peers(2);
        peers.get(1).lies = 1;

        TransferSim sim = run(3, 8_000_000, peers);

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.blames).hasSizeBetween(1, 3 * RULES.windowSegments());
        assertThat(sim.blames).allMatch(b -> b.holder().equals(peers.get(1).hotkey));
    }

    @Test
    void shouldFailWhenAllHoldersLie() {
        List<Peer> peers = peers(2);
        peers.forEach(p -> p.lies = 1);

        assertThat(run(1, 1_000_000, peers).ended).isEqualTo("holders: all gave bad segments");
    }

    @Test
    void shouldAskAgainUntilTheContentIsServed() {
        List<Peer> peers = peers(1);
        peers.getFirst().servesFromNs = 5 * SECOND;

        TransferSim sim = run(1, 100_000, peers);

        assertThat(sim.ended).isEqualTo("fetched");
        assertThat(sim.nowNs).isLessThan(8 * SECOND);
    }

    @Test
    void shouldGiveUpWithoutProgress() {
        List<Peer> peers = peers(2);
        peers.forEach(p -> p.diesNs = 0);

        TransferSim sim = run(1, 100_000, peers);

        assertThat(sim.ended).startsWith("holders: no progress");
        assertThat(sim.state.pieces()).isEmpty();
    }
}
