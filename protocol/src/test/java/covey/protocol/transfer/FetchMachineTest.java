package covey.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FetchMachineTest {
    private static final long MS = 1_000_000;
    private static final Hotkey ONE = new Hotkey(new Hash(1, 0, 0, 0));
    private static final Hotkey TWO = new Hotkey(new Hash(2, 0, 0, 0));
    private static final int SEGMENTS = 6;
    private static final long LENGTH = (long) SEGMENTS * Limits.SEGMENT_BYTES;

    private final FetchMachine machine = new FetchMachine(FetchRules.of(1_000_000, 60_000 * MS));
    private FetchState state = FetchState.start(new ContentId(Hash.ZERO), 7, LENGTH, 0, 0);

    private List<FetchEffect> put(FetchInput input) {
        FetchMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        return transition.effects();
    }

    private FetchState.Piece piece(int segment) {
        return Objects.requireNonNull(state.pieces().get(segment));
    }

    private List<Integer> asked(List<FetchEffect> effects) {
        List<Integer> segments = new ArrayList<>();
        for (FetchEffect effect : effects) {
            if (effect instanceof FetchEffect.Ask ask) {
                segments.add(ask.request().segment());
            }
        }
        return segments;
    }

    private void link(Hotkey hotkey) {
        put(new FetchInput.Holders(0, List.of(hotkey)));
        put(new FetchInput.Linked(0, hotkey, true));
    }

    private void open(Bitmap verified) {
        put(new FetchInput.Tick(0, 100));
        put(data(ONE, SegmentPlan.LEAVES, 0, 32 * SEGMENTS, 1));
        put(new FetchInput.Opened(0, verified));
    }

    private static FetchInput.Arrived data(Hotkey from, int segment, int offset, int length, int ask) {
        return new FetchInput.Arrived(0, from, new DataHeader(7, segment, offset, ask, false, false), length);
    }

    @Test
    void shouldAskNobodyBeforeALinkIsUp() {
        put(new FetchInput.Holders(0, List.of(ONE)));

        assertThat(put(new FetchInput.Tick(0, 100))).isEmpty();
    }

    @Test
    void shouldAskForTheLeavesFirst() {
        link(ONE);

        assertThat(asked(put(new FetchInput.Tick(0, 100)))).containsExactly(SegmentPlan.LEAVES);
    }

    @Test
    void shouldAskForTheLeavesAnewWhenTheyAreWrong() {
        link(ONE);
        link(TWO);
        put(new FetchInput.Tick(0, 100));
        Hotkey liar = piece(SegmentPlan.LEAVES).asks().firstKey();
        assertThat(put(data(liar, SegmentPlan.LEAVES, 0, 32 * SEGMENTS, 1))).contains(new FetchEffect.Check(-1));

        assertThat(put(new FetchInput.Checked(0, SegmentPlan.LEAVES, false)))
                .containsExactly(new FetchEffect.Blame(liar, SegmentPlan.LEAVES));
        put(new FetchInput.Tick(0, 100));
        assertThat(piece(SegmentPlan.LEAVES).asks()).doesNotContainKey(liar);
    }

    @Test
    void shouldAskOnlyForWhatIsMissing() {
        link(ONE);
        open(Bitmap.empty(SEGMENTS).with(new UnitRange(0, 2)).with(new UnitRange(3, 3)));

        assertThat(asked(put(new FetchInput.Tick(0, 100)))).containsExactly(2);
    }

    @Test
    void shouldCompleteAtOnceWhenNothingIsMissing() {
        link(ONE);
        put(new FetchInput.Tick(0, 100));
        put(data(ONE, SegmentPlan.LEAVES, 0, 32 * SEGMENTS, 1));

        assertThat(put(new FetchInput.Opened(0, Bitmap.empty(SEGMENTS).with(new UnitRange(0, SEGMENTS)))))
                .containsExactly(new FetchEffect.Complete());
        assertThat(put(new FetchInput.Completed())).containsExactly(new FetchEffect.Fetched());
    }

    @Test
    void shouldHoldNoMoreSegmentsThanThereIsRoomFor() {
        link(ONE);
        open(Bitmap.empty(SEGMENTS));

        assertThat(asked(put(new FetchInput.Tick(0, 0)))).isEmpty();
        assertThat(asked(put(new FetchInput.Tick(0, 1)))).hasSize(1);
    }

    @Test
    void shouldIgnoreDataOfHoldersThatWereNotAsked() {
        link(ONE);
        open(Bitmap.empty(SEGMENTS));
        put(new FetchInput.Tick(0, 100));
        link(TWO);

        assertThat(put(data(TWO, 0, 0, 1344, 2))).isEmpty();
        assertThat(put(data(ONE, 0, 0, 1344, 2))).containsExactly(new FetchEffect.Keep());
        assertThat(put(data(ONE, 0, 0, 1344, 2))).as("a second time").isEmpty();
    }

    @Test
    void shouldGiveTheSegmentsOfAStalledHolderToAnother() {
        link(ONE);
        open(Bitmap.empty(SEGMENTS));
        put(new FetchInput.Tick(0, 100));
        put(data(ONE, 0, 0, 1344, 2));
        List<Integer> segments = List.copyOf(state.pieces().keySet());
        put(new FetchInput.Tick(1400 * MS, 100));
        assertThat(piece(0).asks()).containsOnlyKeys(ONE);

        link(TWO);
        put(new FetchInput.Tick(1501 * MS, 100));

        segments.forEach(segment -> assertThat(piece(segment).asks()).containsOnlyKeys(TWO));
        assertThat(piece(0).have().count()).as("what came stays").isEqualTo(1);
    }

    @Test
    void shouldBlameNobodyForMixedUnitsAndAskOneAlone() {
        link(ONE);
        open(Bitmap.empty(SEGMENTS).with(new UnitRange(1, SEGMENTS - 1)));
        put(new FetchInput.Tick(0, 100));
        put(data(ONE, 0, 0, 1344, 2));
        put(new FetchInput.Linked(0, ONE, false));
        link(TWO);
        put(new FetchInput.Tick(0, 100));
        put(data(TWO, 0, 1344, Limits.SEGMENT_BYTES - 1344, 3));

        assertThat(put(new FetchInput.Checked(0, 0, false))).isEmpty();
        assertThat(piece(0).solo()).isTrue();
    }

    @Test
    void shouldTakeRequestsBackWhenCancelled() {
        link(ONE);
        put(new FetchInput.Tick(0, 100));

        List<FetchEffect> effects = put(new FetchInput.Cancel());

        assertThat(effects)
                .singleElement()
                .isInstanceOfSatisfying(
                        FetchEffect.Ask.class,
                        ask -> assertThat(ask.request().ranges()).isEmpty());
        assertThat(put(new FetchInput.Tick(MS, 100))).isEmpty();
    }

    @Test
    void shouldTakeAnyDatagram() {
        link(ONE);
        open(Bitmap.empty(SEGMENTS));
        put(new FetchInput.Tick(0, 100));
        Seed.range(5000).forEach(seed -> {
            Seed random = Seed.of(seed);
            int segment = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(-1, SEGMENTS);
            int offset = random.nextInt(4) == 0 ? random.nextInt() : 1344 * random.nextInt(200);
            int length = random.nextInt(-1, 9000);
            DataHeader header =
                    new DataHeader(7, segment, offset, random.nextInt(1 << 30), random.nextBoolean(), false);
            put(new FetchInput.Arrived(seed, ONE, header, length));
            assertThat(state.pieces()).as("%s", random).hasSizeLessThanOrEqualTo(100);
        });
    }
}
