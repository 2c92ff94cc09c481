package covey.chaos.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Planes;
import covey.protocol.inspect.Fingerprint;
import covey.protocol.model.Genesis;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ForgeryTest {
    private static final Genesis GENESIS = HostileGenesis.small();
    private static final Layout LAYOUT = Layout.of(GENESIS.model());
    private final Forgery forgery = new Forgery(GENESIS);
    private final MemorySegment planes = forgery.noise(new SplittableRandom(1));

    private static Planes decoded(MemorySegment planes) {
        return Planes.of(LAYOUT, GENESIS.training().bits(), planes);
    }

    private static Fingerprint fingerprint(MemorySegment planes) {
        return Fingerprint.of(TestCrypto.signer(1).hotkey(), 1, decoded(planes));
    }

    /** Of each chunk its scale, how many values it has, and its coordinates. */
    private static List<List<Integer>> chunks(MemorySegment planes) {
        List<List<Integer>> chunks = new ArrayList<>();
        assertThat(decoded(planes).visit(chunk -> {
                    List<Integer> one = new ArrayList<>(List.of(chunk.scaleUnits(), chunk.count()));
                    for (int i = 0; i < chunk.count(); i++) {
                        one.add(chunk.index(i));
                    }
                    chunks.add(one);
                }))
                .isEmpty();
        return chunks;
    }

    @Test
    void shouldMoveAllValuesAndKeepTheirNumberAndScale() {
        MemorySegment moved = forgery.stirred(planes, _ -> 1, false, new SplittableRandom(2));
        assertThat(chunks(moved))
                .extracting(chunk -> chunk.subList(0, 2))
                .isEqualTo(chunks(planes).stream()
                        .map(chunk -> chunk.subList(0, 2))
                        .toList());
        assertThat(fingerprint(moved).overlap(fingerprint(planes))).isLessThan(0.1);
    }

    @Test
    void shouldKeepAsMuchOfACopyAsItIsTold() {
        MemorySegment noised = forgery.stirred(planes, _ -> 2.0 / 3, true, new SplittableRandom(2));
        assertThat(fingerprint(noised).overlap(fingerprint(planes))).isBetween(0.25, 0.45);
    }

    @Test
    void shouldLeaveEveryOtherChunkAsItIs() {
        List<List<Integer>> before = chunks(planes);
        List<List<Integer>> after = chunks(forgery.stirred(planes, chunk -> chunk % 2, true, new SplittableRandom(2)));
        assertThat(after).hasSameSizeAs(before);
        for (int chunk = 0; chunk < after.size(); chunk++) {
            assertThat(after.get(chunk).equals(before.get(chunk)))
                    .as("chunk %d", chunk)
                    .isEqualTo(chunk % 2 == 0);
        }
    }

    @Test
    void shouldGiveColludersOneDirectionAndCoordinatesOfTheirOwn() {
        Fingerprint one = fingerprint(forgery.conspiracy(new SplittableRandom(1)));
        Fingerprint other = fingerprint(forgery.conspiracy(new SplittableRandom(2)));
        assertThat(one.common(other)).isPositive();
        assertThat(one.agreeing(other)).isEqualTo(one.common(other));
        assertThat(one.overlap(other)).isLessThan(0.1);
    }
}
