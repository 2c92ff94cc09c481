package covey.protocol.round;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.model.ContentId;
import covey.protocol.round.PeerSim.Node;
import covey.protocol.testing.TestRun;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Validators that get the contents of a round one by one, or after a restart, until it is sealed (rules D7, D12). */
class JudgeRulesTest {
    private final TestRun run = TestRun.of(2, 3, 1);
    private final PeerSim sim = new PeerSim(run);

    /** Round 1 is closed, and the validators get nothing but by {@link #give}. */
    private void close() {
        sim.stuck = (node, effect) -> effect instanceof PeerEffect.Fetch && isValidator(node);
        while (run.state().round().filter(r -> r.isClosed()).isEmpty()) {
            sim.block();
        }
    }

    private boolean isValidator(Node node) {
        return run.validators().contains(node.signer);
    }

    private ContentId content(int trainer) {
        return run.round()
                .commitment(run.trainer(trainer).hotkey())
                .map(Commitment::contribution)
                .orElseThrow();
    }

    /** The validator fetches that trainer's contribution. */
    private void give(int validator, int trainer) {
        sim.validator(validator)
                .fetching
                .put(content(trainer), List.of(run.trainer(trainer).hotkey()));
    }

    private void pass(long ms) {
        for (long left = ms; left > 0; left -= 1_000) {
            sim.block(Math.min(left, 1_000));
        }
    }

    private Attest accepts(int... trainers) {
        return new Attest(
                1,
                Arrays.stream(trainers)
                        .mapToObj(t -> new Verdict(content(t), 0))
                        .sorted(Comparator.comparing(Verdict::contribution))
                        .toList());
    }

    private void findNothing(int validator) {
        run.round().commits().forEach(c -> sim.validator(validator).tell(new PeerInput.NotFetched(c.contribution())));
    }

    @Test
    void shouldAttestTheOthersWhenTheyCome() {
        close();
        give(1, 0);
        pass(3_000);
        assertThat(sim.validator(1).said(Attest.class)).containsExactly(accepts(0));
        give(1, 1);
        pass(2_000);
        assertThat(sim.validator(1).said(Attest.class)).containsExactly(accepts(0), accepts(1));
    }

    @Test
    void shouldAttestWhatComesAfterItHadNothing() {
        close();
        findNothing(1);
        pass(12_000);
        assertThat(sim.validator(1).said(Attest.class)).containsExactly(new Attest(1, List.of()));
        give(1, 1);
        pass(2_000);
        assertThat(sim.validator(1).said(Attest.class)).containsExactly(new Attest(1, List.of()), accepts(1));
    }

    @Test
    void shouldGoOnAfterARestartWithWhatTheLedgerLacks() {
        close();
        give(1, 0);
        pass(3_000);
        Node restarted = sim.validator(1);
        restarted.kill();
        pass(2_000);
        restarted.start();
        give(1, 1);
        pass(3_000);
        assertThat(restarted.said(Attest.class)).containsExactly(accepts(0), accepts(1));
        assertThat(run.round().verdicts().get(restarted.signer.hotkey())).hasSize(2);
    }

    @Test
    void shouldSayAgainAfterARestartWhatDidNotReachTheLedger() {
        close();
        give(1, 0);
        sim.stuck = (node, effect) -> isValidator(node)
                && (effect instanceof PeerEffect.Fetch
                        || effect instanceof PeerEffect.Say say && say.statement() instanceof Attest);
        pass(3_000);
        Node restarted = sim.validator(1);
        assertThat(restarted.said(Attest.class)).containsExactly(accepts(0));
        assertThat(run.round().attested()).isEmpty();
        restarted.kill();
        restarted.start();
        pass(3_000);
        assertThat(restarted.said(Attest.class)).containsExactly(accepts(0), accepts(0));
    }

    /** One has X since early, one gets Y past the ceiling, and the third is back just then. */
    @Test
    void shouldFillTheRoundWhenAValidatorIsBackInTime() {
        close();
        sim.validator(0).kill();
        give(1, 0);
        pass(25_000);
        give(2, 1);
        pass(2_000);
        assertThat(run.round().attested()).hasSize(2);
        assertThat(run.state().lastSealed()).isZero();
        sim.validator(0).start();
        give(0, 0);
        pass(4_000);
        assertThat(run.state().sealed(1).orElseThrow().collectSet())
                .extracting(Commitment::hotkey)
                .containsExactly(run.trainer(0).hotkey());
    }

    @Test
    void shouldFillTheRoundWhenAValidatorGetsWhatAnotherAccepts() {
        close();
        sim.validator(0).kill();
        give(1, 0);
        pass(25_000);
        give(2, 1);
        pass(2_000);
        assertThat(sim.validator(2).all(PeerEffect.Fetch.class))
                .filteredOn(f -> f.content().equals(content(0)))
                .last()
                .satisfies(
                        f -> assertThat(f.holders()).contains(run.validator(1).hotkey()));
        give(2, 0);
        pass(3_000);
        assertThat(run.state().sealed(1).orElseThrow().collectSet())
                .extracting(Commitment::hotkey)
                .containsExactly(run.trainer(0).hotkey());
    }
}
