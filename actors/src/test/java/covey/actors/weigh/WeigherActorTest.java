package covey.actors.weigh;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.testing.MemoryRecords;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

/** On a real ledger, block by block. */
class WeigherActorTest {
    private static final int TEMPO = 10;

    private final MemoryRecords records = new MemoryRecords();
    private final List<EconomyStatement> said = new ArrayList<>();

    private static TestRun run(int revealEpochs) {
        return TestRun.withAsset(
                2, new Economics.First(Economics.PRE_TRAINING, "yuma3", revealEpochs, Optional.empty()), 5_000);
    }

    private BehaviorTestKit<WeigherActor.Command> weigher(TestRun run) {
        Economics economics = run.genesis().economics().orElseThrow();
        Hotkey self = run.validator(0).hotkey();
        SortedMap<Hotkey, Integer> weights = new TreeMap<>();
        weights.put(run.trainer(0).hotkey(), 65_535);
        weights.put(run.trainer(1).hotkey(), 100);
        BehaviorTestKit<WeigherActor.Command> kit = BehaviorTestKit.create(WeigherActor.create(
                new WeigherActor.Parts(self, economics, records, () -> List.of(said.size(), 7), said::add)));
        kit.run(new WeigherActor.Weigh(Economics.PRE_TRAINING, weights));
        return kit;
    }

    /** Blocks that hold what the actor said after the one before. */
    private void blocks(TestRun run, BehaviorTestKit<WeigherActor.Command> weigher, int count) {
        for (int i = 0; i < count; i++) {
            int before = said.size();
            weigher.run(new WeigherActor.Ledger(run.state()));
            said.subList(before, said.size()).forEach(statement -> run.economic(run.validator(0), statement));
            run.block();
            assertThat(run.rejections()).isEmpty();
        }
    }

    private static int weighed(TestRun run) {
        Economy economy = run.state().economy().orElseThrow();
        int uid = economy.uidOf(run.validator(0).hotkey()).orElseThrow();
        return economy.mechanisms().values().stream()
                .flatMap(mechanism -> Optional.ofNullable(mechanism.rows().get(uid)).stream())
                .mapToInt(row -> row.weights().size())
                .sum();
    }

    private long count(Class<? extends EconomyStatement> kind) {
        return said.stream().filter(kind::isInstance).count();
    }

    @Test
    void shouldSetWeightsOnceAnEpoch() {
        TestRun run = run(0);
        blocks(run, weigher(run), 3 * TEMPO + 1);
        assertThat(count(SetWeights.class)).isEqualTo(3);
        assertThat(weighed(run)).isEqualTo(2);
        assertThat(run.state().economy().orElseThrow().isConserved()).isTrue();
    }

    @Test
    void shouldRevealAfterARestartWhatItCommitted() {
        TestRun run = run(1);
        BehaviorTestKit<WeigherActor.Command> first = weigher(run);
        while (count(CommitWeights.class) == 0) {
            blocks(run, first, 1);
        }
        blocks(run, weigher(run), TEMPO + 1);
        assertThat(count(RevealWeights.class)).isEqualTo(1);
        assertThat(count(CommitWeights.class)).isEqualTo(2);
        assertThat(weighed(run)).isEqualTo(2);
    }

    @Test
    void shouldSayTheSameCommitUntilABlockHoldsIt() {
        TestRun run = run(1);
        BehaviorTestKit<WeigherActor.Command> weigher = weigher(run);
        while (said.isEmpty()) {
            weigher.run(new WeigherActor.Ledger(run.state()));
            run.block();
        }
        weigher.run(new WeigherActor.Ledger(run.state()));
        assertThat(said).hasSize(2);
        assertThat(said.getFirst()).isEqualTo(said.getLast());
    }

    @Test
    void shouldRevealAlsoWhatItHasNoWeightsForAnyMore() {
        TestRun run = run(1);
        BehaviorTestKit<WeigherActor.Command> first = weigher(run);
        while (count(CommitWeights.class) == 0) {
            blocks(run, first, 1);
        }
        BehaviorTestKit<WeigherActor.Command> bare = BehaviorTestKit.create(WeigherActor.create(new WeigherActor.Parts(
                run.validator(0).hotkey(), run.genesis().economics().orElseThrow(), records, List::of, said::add)));

        blocks(run, bare, TEMPO + 1);
        assertThat(count(RevealWeights.class)).isEqualTo(1);
        assertThat(count(CommitWeights.class)).isEqualTo(1);
    }

    @Test
    void shouldSayNothingOfAMechanismThatItDoesNotScore() {
        TestRun run = TestRun.withAsset(2, new Economics.First("another", "yuma3", 0, Optional.empty()), 5_000);
        blocks(run, weigher(run), 3 * TEMPO);
        assertThat(said).isEmpty();
    }
}
