package covey.chaos.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.hostile.AttackRun.Defenses;
import covey.node.wiring.CpuEngines;
import covey.protocol.contribution.Rejection;
import covey.protocol.data.ArrayTokenSource;
import covey.protocol.inspect.Earlier;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Engine;
import covey.protocol.port.TokenSource;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.testing.Seed;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttackRunTest {
    private static final TokenSource TEXT = text();

    /** Words of few letters, so that there is something that all samples have in common. */
    private static TokenSource text() {
        Seed seed = Seed.of(1);
        int[] tokens = new int[HostileGenesis.TOKENS];
        for (int i = 0; i < HostileGenesis.TOKENS; i++) {
            tokens[i] = i % 4 == 3 ? 1 : 2 + (seed.nextInt(3) * 7 + i % 4) % 60;
        }
        return ArrayTokenSource.of(tokens, HostileGenesis.SHAPE.sequence());
    }

    private static AttackRun run(Optional<Cheat> cheat, int rounds, Defenses defenses) {
        return run(HostileGenesis.small(), cheat, rounds, defenses);
    }

    private static AttackRun run(Genesis genesis, Optional<Cheat> cheat, int rounds, Defenses defenses) {
        Supplier<Engine> engines = () -> new CpuEngines().open(genesis, TEXT, TEXT, 1);
        AttackRun run =
                new AttackRun(genesis, AttackRun.kinds(4, cheat, cheat.isPresent() ? 1 : 0), engines, defenses, 3);
        for (long round = 1; round <= rounds; round++) {
            run.round(round);
        }
        return run;
    }

    private static List<Outcome> ofCheats(AttackRun run) {
        List<Hotkey> cheats = run.trainers().stream()
                .filter(t -> t.kind().isPresent())
                .map(AttackRun.Trainer::hotkey)
                .toList();
        return run.verdicts().stream()
                .map(verdict -> verdict.outcome())
                .filter(outcome -> cheats.contains(outcome.hotkey()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Cheat.class)
    void shouldKeepAllReplicasEqualAmongCheatsAndLeaveTheHonestAlone(Cheat cheat) {
        try (AttackRun run = run(Optional.of(cheat), 4, new Defenses(true, true))) {
            List<Hotkey> honest = run.trainers().stream()
                    .filter(t -> t.kind().isEmpty())
                    .map(AttackRun.Trainer::hotkey)
                    .toList();
            assertThat(run.verdicts().stream().filter(v -> honest.contains(v.hotkey())))
                    .isNotEmpty()
                    .allMatch(v -> v.penalties().isEmpty());
            assertThat(honest).allMatch(hotkey -> run.applied(hotkey) == 4);
            assertThat(ofCheats(run)).hasSize(4);
        }
    }

    /** What is found before it is applied leaves θ as if its sender were not there, also if it was trusted before. */
    @ParameterizedTest
    @EnumSource(
            value = Cheat.class,
            names = {
                "SIGN_FLIP",
                "SCALED",
                "INDEX_STUFFING",
                "NOT_FINITE",
                "NOISE",
                "COLLUDER",
                "FREE_RIDER",
                "TURNCOAT"
            })
    void shouldCostNoMoreThanTheSameTrainersSendingNothing(Cheat cheat) {
        try (AttackRun attacked = run(Optional.of(cheat), 12, Defenses.ALL);
                AttackRun absent = run(Optional.of(cheat.absent()), 12, Defenses.ALL)) {
            long[] windows = {1, 2, 3};
            assertThat(attacked.heldOutLoss(windows)).isEqualTo(absent.heldOutLoss(windows));
            for (AttackRun.Trainer trainer : attacked.trainers()) {
                assertThat(attacked.applied(trainer.hotkey())).isEqualTo(absent.applied(trainer.hotkey()));
            }
        }
    }

    /** The checks come before the outer step. */
    @ParameterizedTest
    @EnumSource(AggregationPolicy.class)
    void shouldKeepWhatIsFoundFromEveryPolicy(AggregationPolicy policy) {
        Genesis genesis = HostileGenesis.of(policy);
        long[] windows = {1, 2, 3};
        try (AttackRun absent = run(genesis, Optional.of(Cheat.SILENT), 3, Defenses.ALL)) {
            for (Cheat cheat : List.of(Cheat.SIGN_FLIP, Cheat.NOISE, Cheat.FREE_RIDER)) {
                try (AttackRun attacked = run(genesis, Optional.of(cheat), 3, Defenses.ALL)) {
                    assertThat(attacked.heldOutLoss(windows)).as("%s", cheat).isEqualTo(absent.heldOutLoss(windows));
                }
            }
        }
    }

    @Test
    void shouldMeasureTurncoatsAgainstTrainersThatLeave() {
        assertThat(Cheat.TURNCOAT.absent()).isEqualTo(Cheat.QUITTER);
        assertThat(Cheat.NOISE.absent()).isEqualTo(Cheat.SILENT);
        assertThat(Cheat.values()).allMatch(cheat -> cheat.absent().absent() == cheat.absent());
        try (AttackRun run = run(Optional.of(Cheat.QUITTER), 12, Defenses.ALL)) {
            assertThat(ofCheats(run).subList(0, 10)).noneMatch(Outcome.Missing.class::isInstance);
            assertThat(ofCheats(run).subList(10, 12)).allMatch(Outcome.Missing.class::isInstance);
        }
    }

    @Test
    void shouldScoreTheSameTwice() {
        try (AttackRun one = run(Optional.of(Cheat.OTHER_DATA), 3, Defenses.NONE);
                AttackRun other = run(Optional.of(Cheat.OTHER_DATA), 3, Defenses.NONE)) {
            ScoreBook book = one.book();
            assertThat(book.standings()).hasSize(5);
            assertThat(other.book()).isEqualTo(book);
        }
    }

    @Test
    void shouldRefuseAScaleThatIsNoNumber() {
        try (AttackRun run = run(Optional.of(Cheat.NOT_FINITE), 2, Defenses.NONE)) {
            assertThat(ofCheats(run))
                    .allMatch(o -> o instanceof Outcome.Refused r && r.code() == Rejection.SCALE.code());
        }
    }

    @Test
    void shouldFindStaleContributionsAndCopies() {
        for (Cheat cheat : List.of(Cheat.STALE, Cheat.COPIER)) {
            try (AttackRun run = run(Optional.of(cheat), 3, Defenses.NONE)) {
                assertThat(ofCheats(run).subList(1, 3)).as("%s", cheat).allMatch(Outcome.Copied.class::isInstance);
            }
        }
    }

    @Test
    void shouldRejectADelayedCopyAsLongAsItsSourceIsComparedWith() {
        int rounds = Earlier.ROUNDS + 3;
        try (AttackRun delayed = run(Optional.of(Cheat.COPIER_DELAYED), rounds, Defenses.ALL);
                AttackRun late = run(Optional.of(Cheat.COPIER_LATE), rounds, Defenses.ALL)) {
            assertThat(appliedOfCheat(delayed))
                    .as("while there was nothing to copy")
                    .isEqualTo(Earlier.ROUNDS);
            assertThat(appliedOfCheat(late)).isEqualTo(rounds);
        }
    }

    private static int appliedOfCheat(AttackRun run) {
        return run.trainers().stream()
                .filter(t -> t.kind().isPresent())
                .mapToInt(t -> run.applied(t.hotkey()))
                .sum();
    }

    /** What the copy check looks for is gone. */
    @Test
    void shouldNotTakeForCopiesWhatHasLessThanHalfOfTheCoordinates() {
        for (Cheat cheat : List.of(Cheat.COPIER_PERMUTED, Cheat.COPIER_NOISED, Cheat.HALF_HONEST)) {
            try (AttackRun run = run(Optional.of(cheat), 3, Defenses.NONE)) {
                assertThat(ofCheats(run)).as("%s", cheat).noneMatch(Outcome.Copied.class::isInstance);
            }
        }
    }

    @Test
    void shouldFlagFlippedSignsStuffedIndicesGreatLengthNoiseAndCollusion() {
        for (Cheat cheat : List.of(Cheat.SIGN_FLIP, Cheat.INDEX_STUFFING, Cheat.SCALED, Cheat.NOISE, Cheat.COLLUDER)) {
            try (AttackRun run = run(Optional.of(cheat), 2, Defenses.NONE)) {
                assertThat(ofCheats(run)).as("%s", cheat).anyMatch(Outcome.Flagged.class::isInstance);
            }
        }
    }

    @Test
    void shouldFindWhoeverSendsWhatTheNetworkMovedBy() {
        try (AttackRun run = run(Optional.of(Cheat.FREE_RIDER), 3, Defenses.NONE)) {
            assertThat(ofCheats(run).subList(1, 3))
                    .allMatch(o -> o instanceof Outcome.Flagged || o instanceof Outcome.Copied);
        }
    }
}
