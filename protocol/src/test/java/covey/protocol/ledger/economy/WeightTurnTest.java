package covey.protocol.ledger.economy;

import static covey.protocol.ledger.economy.EconomyRun.hot;
import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.yuma.EpochInput.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A validator that says what its turn tells it, at every height. */
class WeightTurnTest {
    private static final SortedMap<Hotkey, Integer> WEIGHTS =
            new TreeMap<>(Map.of(hot(0), 9, hot(2), 2, hot(3), 1, hot(7), 5));

    private static Economics economics(int revealEpochs) {
        return EconomyRun.economics("yuma3", revealEpochs, 8, 5_000, 3_000);
    }

    private static Optional<WeightTurn> turn(EconomyRun run, int revealEpochs, Hotkey hotkey) {
        return WeightTurn.of(economics(revealEpochs), run.economy(), hotkey, 0, WEIGHTS, run.height() - 1);
    }

    private static EconomyRun start(int revealEpochs) {
        return new EconomyRun(economics(revealEpochs), 8, 4);
    }

    @Test
    void shouldSetOneRowAnEpochWithoutItselfAndThoseWithoutUid() {
        EconomyRun run = start(0);
        int rows = 0;
        for (long since = 0; since < 4 * EconomyRun.TEMPO; since++) {
            Optional<SetWeights> row = turn(run, 0, hot(0)).orElseThrow().row();
            row.ifPresent(r -> run.must(hot(0), r));
            rows += row.isPresent() ? 1 : 0;
            run.block();
        }
        assertThat(rows).as("the first epoch gives the permit").isEqualTo(3);
        assertThat(run.row(0).weights()).containsExactly(new Cell(2, 65535), new Cell(3, 32768));
        assertThat(turn(run, 0, hot(7))).as("no uid").isEmpty();
    }

    @Test
    void shouldCommitOneRowAnEpochAndRevealEachInItsTime() {
        EconomyRun run = start(2);
        List<RevealWeights> kept = new ArrayList<>();
        int revealed = 0;
        for (int since = 0; since < 8 * EconomyRun.TEMPO; since++) {
            WeightTurn turn = turn(run, 2, hot(0)).orElseThrow();
            assertThat(turn.hidden()).isTrue();
            turn.row().ifPresent(row -> {
                RevealWeights reveal = new RevealWeights(
                        row, IntStream.of(kept.size(), 2).boxed().toList());
                kept.add(reveal);
                run.must(hot(0), new CommitWeights(0, WeightTurn.commitOf(hot(0), reveal)));
            });
            for (Hash commit : turn.reveals()) {
                run.must(
                        hot(0),
                        kept.stream()
                                .filter(r -> WeightTurn.commitOf(hot(0), r).equals(commit))
                                .findFirst()
                                .orElseThrow());
                revealed++;
            }
            run.block();
        }
        assertThat(kept).hasSize(7);
        assertThat(revealed).isEqualTo(5);
        assertThat(run.row(0).weights()).hasSize(2);
    }

    @Test
    void shouldWaitWithoutAPermitOrAnybodyToWeigh() {
        EconomyRun run = start(0).epoch().block();
        assertThat(turn(run, 0, hot(2)).orElseThrow().row()).isEmpty();
        assertThat(WeightTurn.of(economics(0), run.economy(), hot(0), 0, new TreeMap<>(), run.height() - 1)
                        .orElseThrow()
                        .row())
                .isEmpty();
        assertThat(WeightTurn.of(economics(0), run.economy(), hot(0), 9, WEIGHTS, run.height() - 1))
                .isEmpty();
    }
}
