package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A round is not sealed empty in haste (rules D7, D12, docs/adr/0008). Trainers 0 and 1 have committed; in most tests
 * three validators have one of the stake each, and number 0 is the one that restarts.
 */
class EmptySealTest {
    private static final int X = 0;
    private static final int Y = 1;
    private static final long CEILING_MS = TestRun.TIMING.ceilingMs();
    private static final long COLLECT_MS = TestRun.TIMING.collectMs();

    private static TestRun closed(int validators) {
        return TestRun.of(2, validators, 1).open().commitAll();
    }

    private static TestRun say(TestRun run, int validator, int trainer, int code) {
        return run.validator(
                validator, new Attest(run.round().round(), List.of(new Verdict(run.contribution(trainer), code))));
    }

    private static TestRun accept(TestRun run, int validator, int trainer) {
        return say(run, validator, trainer, 0);
    }

    /** Validator 1 accepts X early, validator 2 only Y, past the ceiling; validator 0 is silent. */
    private static TestRun divided() {
        TestRun run = closed(3);
        accept(run, 1, X).block().pass(CEILING_MS + 5_000);
        return accept(run, 2, Y).block();
    }

    private static void assertWaits(TestRun run) {
        assertThat(run.state().lastSealed()).isZero();
        assertThat(run.round().suspended()).isEmpty();
    }

    private static SealedRound sealed(TestRun run) {
        return run.state().sealed(1).orElseThrow(() -> new AssertionError("round 1 is not sealed"));
    }

    private static void assertSealedWith(TestRun run, int trainer) {
        assertThat(sealed(run).collectSet())
                .extracting(Commitment::hotkey)
                .containsExactly(run.trainer(trainer).hotkey());
    }

    private static Mark now(TestRun run) {
        LedgerState state = run.state();
        return new Mark(state.height(), state.timeMs(), state.beacon());
    }

    @Test
    void shouldWaitForTheLateVerdictOfWhoRestarted() {
        TestRun run = divided();
        assertWaits(run);
        assertThat(run.round().attestedAt()).contains(now(run));
        run.pass(COLLECT_MS - 400);
        accept(run, 0, X).block();
        assertSealedWith(run, X);
        assertThat(run.round().suspended()).isEmpty();
    }

    @Test
    void shouldWaitUntilAValidatorHasFetchedWhatAnotherAccepts() {
        TestRun run = divided().pass(COLLECT_MS - 400);
        assertWaits(run);
        accept(run, 2, X).block();
        assertSealedWith(run, X);
        assertThat(run.round().suspended())
                .as("what is filled seals as ever")
                .containsExactly(run.validator(0).hotkey());
    }

    @Test
    void shouldSealEmptyAndSuspendWhenNobodyComes() {
        TestRun run = divided().pass(COLLECT_MS - 200);
        assertWaits(run);
        run.block();
        assertThat(sealed(run).collectSet()).isEmpty();
        assertThat(sealed(run).refused()).hasSize(2).allMatch(r -> r.code() == 0);
        assertThat(run.round().suspended()).containsExactly(run.validator(0).hotkey());
    }

    @Test
    void shouldWaitAlsoWhenNobodyAcceptsAnythingYet() {
        TestRun run = closed(3);
        say(run, 1, X, 9).block().pass(CEILING_MS + 5_000);
        run.validator(2, new Attest(1, List.of())).block().pass(COLLECT_MS - 200);
        assertWaits(run);
        run.block();
        assertThat(sealed(run).collectSet()).isEmpty();
        assertThat(run.round().suspended()).containsExactly(run.validator(0).hotkey());
    }

    /** Authorities that were cut off take ledger time further in one block, before which nobody could speak. */
    @Test
    void shouldGiveBlocksToSpeakInWhenTimeLeaps() {
        TestRun run = divided().block(COLLECT_MS);
        for (int block = 1; block < 5; block++) {
            assertWaits(run);
            run.block();
        }
        assertThat(sealed(run).collectSet()).isEmpty();
    }

    @Test
    void shouldNotWaitWhenAllIsRejected() {
        TestRun run = closed(3);
        say(run, 1, X, 9);
        say(run, 2, X, 9);
        say(run, 1, Y, 9);
        say(run, 2, Y, 9).block();
        assertThat(sealed(run).collectSet()).isEmpty();
    }

    @Test
    void shouldNotWaitForMoreWhenOneIsAccepted() {
        TestRun run = closed(3);
        accept(run, 1, X).block().pass(CEILING_MS + 5_000);
        run.attest(2, 0).block();
        assertSealedWith(run, X);
    }

    @Test
    void shouldSealAtOnceWhenAllIsDecidedMeanwhile() {
        TestRun run = divided().pass(2_000);
        run.attest(0, 7).block();
        assertWaits(run);
        say(run, 1, Y, 7).block();
        assertWaits(run);
        say(run, 2, X, 7).block();
        assertThat(sealed(run).collectSet()).isEmpty();
        assertThat(sealed(run).refused()).hasSize(2).allMatch(r -> r.code() == 7);
        assertThat(run.round().suspended()).isEmpty();
    }

    @Test
    void shouldCountFromWhenEnoughHadAttestedAndNotFromTheDeadline() {
        TestRun run = closed(3);
        accept(run, 1, X).block();
        assertThat(run.round().attestedAt()).as("a third").isEmpty();
        accept(run, 2, Y).pass(2_000);
        run.pass(COLLECT_MS - 1_200);
        assertWaits(run);
        run.block();
        assertThat(sealed(run).collectSet()).isEmpty();
    }

    @Test
    void shouldWaitBeforeTheCeilingToo() {
        TestRun run = closed(3);
        accept(run, 1, X).block().pass(COLLECT_MS + 2_000);
        accept(run, 2, Y).block().pass(COLLECT_MS - 200);
        assertWaits(run);
        run.block();
        assertThat(sealed(run).collectSet()).isEmpty();
    }

    /** Half the stake may suspend the other half; then it would be all that can accept. */
    @Test
    void shouldSuspendNobodyWhenThatWouldSealEmpty() {
        TestRun run = closed(4);
        accept(run, 2, X);
        accept(run, 3, Y).block().pass(CEILING_MS - 400);
        assertThat(run.round().attestedAt()).as("half before the ceiling").isEmpty();
        run.block();
        assertThat(run.round().attestedAt()).contains(now(run));
        run.pass(COLLECT_MS - 400);
        assertWaits(run);
        accept(run, 0, X);
        accept(run, 1, X).block();
        assertSealedWith(run, X);
        assertThat(run.round().suspended()).isEmpty();
    }

    @Test
    void shouldSuspendHalfAtTheEndWhenNobodyComes() {
        TestRun run = closed(4);
        accept(run, 2, X);
        accept(run, 3, Y).block().pass(CEILING_MS - 200).pass(COLLECT_MS - 200);
        assertWaits(run);
        run.block();
        assertThat(sealed(run).collectSet()).isEmpty();
        assertThat(run.round().suspended()).hasSize(2);
    }

    @Test
    void shouldSuspendAsEverWhenThatFillsTheRound() {
        TestRun run = closed(4);
        run.attest(2, 0).attest(3, 0).block().pass(CEILING_MS);
        assertThat(sealed(run).collectSet()).hasSize(2);
        assertThat(run.round().suspended()).hasSize(2);
    }

    /** Validator 2 has another θ; its verdict goes when the root is agreed, and the others have their time again. */
    @Test
    void shouldBeginAnewWhenDissentersLeaveTooFewD10() {
        TestRun run = closed(3).acceptAll().commitAll();
        run.trainer(0, new Root(1, run.root(1))).validator(1, new Root(1, run.root(1)));
        run.validator(2, new Root(1, run.content("x"))).block();
        accept(run, 1, X);
        accept(run, 2, Y).block().pass(COLLECT_MS);
        run.validator(0, new Root(1, run.root(1))).block();
        assertThat(run.round().attested()).containsExactly(run.validator(1).hotkey());
        assertThat(run.round().attestedAt()).isEmpty();

        accept(run, 0, Y).block();
        assertThat(run.round().attestedAt()).contains(now(run));
        run.pass(COLLECT_MS - 200);
        assertThat(run.state().lastSealed()).isEqualTo(1);
        accept(run, 0, X).block();
        assertThat(run.state().lastSealed()).isEqualTo(2);
    }

    @Test
    void shouldGoOnFromAnEncodedState() throws Malformed {
        TestRun run = divided().pass(3_000);
        LedgerMachine other = new LedgerMachine(run.genesis(), run.runId(), run.crypto());
        LedgerState restarted = StateCodec.decode(StateCodec.encode(run.state()));
        int from = run.blocks().size();
        run.pass(COLLECT_MS - 3_200);
        assertWaits(run);
        run.block();
        for (Block block : run.blocks().subList(from, run.blocks().size())) {
            assertThat(restarted.lastSealed()).isZero();
            restarted = other.apply(restarted, block).next();
        }
        assertThat(restarted.lastSealed()).isEqualTo(1);
        assertThat(restarted).isEqualTo(run.state());
    }
}
