package covey.protocol.journal;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.contribution.Layout;
import covey.protocol.journal.OuterReplay.Sealed;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.ContentId;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Engine.Applied;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OuterReplayTest {
    private static final Layout LAYOUT = Layout.of(List.of(new Tensor("m", 64, 128), new Tensor("b", 100, 1)));
    private final TestCrypto crypto = new TestCrypto();
    private final Seed random = Seed.of(5);
    private final float[] start = Contributions.values(LAYOUT, random);
    private final OuterStep step = new OuterStep(LAYOUT, 1 << 16, AggregationPolicy.CONTRIBUTOR_MEAN);
    private final SortedMap<ContentId, byte[]> disk = new TreeMap<>();
    private final SortedMap<Long, Sealed> rounds = new TreeMap<>();

    @BeforeEach
    void makeThreeRounds() {
        float[] theta = start.clone();
        for (long round = 5; round <= 7; round++) {
            List<Selected> set = new ArrayList<>();
            List<Applied> applied = new ArrayList<>();
            for (int i = 0; i < (round == 6 ? 0 : 2); i++) {
                var signer = TestCrypto.signer(i);
                byte[] content = Contributions.sealed(LAYOUT, 1, Contributions.values(LAYOUT, random), signer);
                ContentId id = ContentHash.of(content, crypto);
                disk.put(id, content);
                set.add(new Selected(signer.hotkey(), id, 65536));
                applied.add(new Applied(signer.hotkey(), MemorySegment.ofArray(content), 65536));
            }
            step.apply(theta, applied);
            rounds.put(round, new Sealed(set, List.of(root(theta), root(theta))));
        }
    }

    private ContentId root(float[] theta) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * theta.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(theta);
        return ContentHash.of(bytes.array(), crypto);
    }

    private OuterReplay.Outcome replay() {
        return new OuterReplay(
                        step, crypto, id -> Optional.ofNullable(disk.get(id)).map(MemorySegment::ofArray))
                .run(start.clone(), rounds);
    }

    private Sealed round(long number) {
        return Objects.requireNonNull(rounds.get(number));
    }

    private ContentId lastContent() {
        return round(7).collectSet().getLast().contribution();
    }

    @Test
    void shouldFindTheSameRootsAgain() {
        assertThat(replay()).isEqualTo(new OuterReplay.Equal(3, round(7).roots().getFirst()));
        assertThat(round(6).roots()).isEqualTo(round(5).roots());
    }

    @Test
    void shouldFindAFlippedBitInAContent() {
        byte[] content = Objects.requireNonNull(disk.get(lastContent())).clone();
        content[content.length / 2] ^= 4;
        disk.put(lastContent(), content);

        assertThat(replay()).isInstanceOfSatisfying(OuterReplay.Differs.class, d -> {
            assertThat(d.round()).isEqualTo(7);
            assertThat(d.what()).contains("its bytes are those of");
        });
    }

    @Test
    void shouldFindAContentThatIsMissing() {
        disk.remove(lastContent());

        assertThat(replay())
                .isEqualTo(new OuterReplay.Differs(7, "contribution " + lastContent() + ": missing (expected: kept)"));
    }

    @Test
    void shouldFindARootThatDiffers() {
        rounds.put(6L, new Sealed(List.of(), List.of(root(start))));

        assertThat(replay()).isInstanceOfSatisfying(OuterReplay.Differs.class, d -> {
            assertThat(d.round()).isEqualTo(6);
            assertThat(d.what()).startsWith("state root: ");
        });
    }

    @Test
    void shouldFindARoundThatIsMissing() {
        rounds.remove(6L);

        assertThat(replay())
                .isInstanceOfSatisfying(
                        OuterReplay.Differs.class, d -> assertThat(d.round()).isEqualTo(6));
    }
}
