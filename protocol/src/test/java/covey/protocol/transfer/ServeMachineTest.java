package covey.protocol.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServeMachineTest {
    private static final long MS = 1_000_000;
    private static final int BURST = 16 << 10;
    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4));
    private static final long LENGTH = 10L * Limits.SEGMENT_BYTES;
    private static final int UNITS = 196;

    private final ServeMachine machine = new ServeMachine(BURST);
    private ServeState state = ServeState.start(TokenBucket.full(1_000_000, BURST, 0));

    @BeforeEach
    void serve() {
        put(new ServeInput.Serve(CONTENT, LENGTH));
        put(new ServeInput.Opened(0, 1, 1));
        put(new ServeInput.Opened(0, 2, 1));
    }

    private List<ServeEffect> put(ServeInput input) {
        ServeMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        return transition.effects();
    }

    private List<ServeEffect> ask(int link, int ask, int segment, long grant, UnitRange... ranges) {
        return put(new ServeInput.Asked(link, new TransferRequest(7, ask, CONTENT, segment, grant, List.of(ranges))));
    }

    private List<ServeEffect.Send> sends(long fromMs, long toMs) {
        List<ServeEffect.Send> sends = new ArrayList<>();
        for (long ms = fromMs; ms < toMs; ms++) {
            put(new ServeInput.Tick(ms * MS)).forEach(effect -> sends.add((ServeEffect.Send) effect));
        }
        return sends;
    }

    private static long bytes(List<ServeEffect.Send> sends) {
        SegmentPlan plan = new SegmentPlan(LENGTH);
        return sends.stream()
                .mapToLong(s -> DataHeader.BYTES + plan.bytesOf(s.segment(), s.units()))
                .sum();
    }

    private void askAll(int link, long grant) {
        for (int segment = 0; segment < 10; segment++) {
            ask(link, segment, segment, grant, new UnitRange(0, UNITS));
        }
    }

    @Test
    void shouldKeepToTheGrant() {
        askAll(1, 100_000);

        assertThat(bytes(sends(1, 1001))).isBetween(100_000L, 100_000L + BURST);
    }

    @Test
    void shouldKeepToTheTotalAndShareItFairly() {
        askAll(1, 5_000_000);
        askAll(2, 5_000_000);

        List<ServeEffect.Send> sends = sends(1, 1001);
        long first = sends.stream().filter(s -> s.link() == 1).count();

        assertThat(bytes(sends)).isBetween(990_000L, 1_000_000L + BURST);
        assertThat(2 * first).isBetween(sends.size() - 1L, sends.size() + 1L);
    }

    @Test
    void shouldNotSendABurstAfterAStall() {
        askAll(1, 1_000_000);
        sends(1, 100);

        assertThat(bytes(sends(5000, 5001))).isLessThanOrEqualTo(BURST);
    }

    @Test
    void shouldAnswerNotHereForWhatItDoesNotServe() {
        put(new ServeInput.Withdraw(CONTENT));

        assertThat(ask(1, 1, 0, 1000, new UnitRange(0, 1))).containsExactly(new ServeEffect.NotHere(1, 7));
        assertThat(state.isIdle()).isTrue();
    }

    @Test
    void shouldDropWhatIsQueuedOfAWithdrawnContent() {
        askAll(1, 1_000_000);
        put(new ServeInput.Withdraw(CONTENT));

        assertThat(sends(1, 100)).isEmpty();
        assertThat(state.isIdle()).isTrue();
    }

    @Test
    void shouldDropRequestsBeyondTheContent() {
        ask(1, 1, 10, 1000, new UnitRange(0, 1));
        ask(1, 2, -2, 1000, new UnitRange(0, 1));
        ask(1, 3, 0, 1000, new UnitRange(190, 7));
        ask(1, 4, SegmentPlan.LEAVES, 1000, new UnitRange(0, 2));
        ask(3, 5, 0, 1000, new UnitRange(0, 1));

        assertThat(state.isIdle()).isTrue();
    }

    @Test
    void shouldTakeARequestBackWhenItHasNoRanges() {
        ask(1, 1, 0, 1_000_000, new UnitRange(0, UNITS));
        ask(1, 2, 0, 1_000_000);

        assertThat(state.isIdle()).isTrue();
    }

    @Test
    void shouldReplaceAnOlderRequestForTheSegment() {
        ask(1, 1, 0, 1_000_000, new UnitRange(0, UNITS));
        ask(1, 2, 0, 1_000_000, new UnitRange(3, 1), new UnitRange(9, 1));

        assertThat(sends(1, 100))
                .extracting(s -> s.units().first() + (s.last() ? " last" : ""))
                .containsExactly("3", "9 last");
    }

    @Test
    void shouldAnswerInTheOrderOfTheAsks() {
        ask(1, 2, 5, 1_000_000, new UnitRange(0, 1));
        ask(1, 1, 8, 1_000_000, new UnitRange(0, 1));

        assertThat(sends(1, 100)).extracting(ServeEffect.Send::ask).containsExactly(1, 2);
    }

    @Test
    void shouldSendInOrderWhatALinkDidNotTake() {
        Seed.range(20).forEach(seed -> {
            Seed random = Seed.of(seed);
            ask(1, 1, 0, 1_000_000, new UnitRange(0, UNITS));
            ask(1, 2, 1, 1_000_000, new UnitRange(0, UNITS));
            List<String> taken = new ArrayList<>();
            for (long ms = 0; !state.isIdle(); ms++) {
                List<ServeEffect> effects = put(new ServeInput.Tick((seed * 10_000 + ms) * MS));
                int refused = effects.isEmpty() ? 0 : random.nextInt(effects.size() + 1);
                int kept = effects.size() - refused;
                for (ServeEffect effect : effects.subList(0, kept)) {
                    ServeEffect.Send s = (ServeEffect.Send) effect;
                    taken.add(s.segment() + ":" + s.units().first());
                }
                effects.subList(kept, effects.size())
                        .reversed()
                        .forEach(e -> put(new ServeInput.Returned((ServeEffect.Send) e)));
            }
            assertThat(taken).as("%s", random).hasSize(2 * UNITS).doesNotHaveDuplicates();
            assertThat(taken.getFirst()).isEqualTo("0:0");
            assertThat(taken.getLast()).isEqualTo("1:195");
        });
    }

    @Test
    void shouldBoundWhatWaits() {
        for (int ask = 1; ask <= 2 * Limits.REQUESTS_WAITING_MAX_COUNT; ask++) {
            TransferRequest request = new TransferRequest(ask, ask, CONTENT, 0, 1000, List.of(new UnitRange(0, UNITS)));
            put(new ServeInput.Asked(1, request));
        }

        assertThat(Objects.requireNonNull(state.links().get(1)).jobCount())
                .isEqualTo(Limits.REQUESTS_WAITING_MAX_COUNT);
    }

    @Test
    void shouldPutSeveralUnitsIntoALargeDatagram() {
        put(new ServeInput.Opened(0, 3, 6));
        ask(3, 1, 0, 10_000_000, new UnitRange(0, 8));

        assertThat(sends(1, 10))
                .extracting(ServeEffect.Send::units)
                .containsExactly(new UnitRange(0, 6), new UnitRange(6, 2));
    }
}
