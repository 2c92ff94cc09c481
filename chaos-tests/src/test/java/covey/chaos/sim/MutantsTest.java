package covey.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.mutant.Hunt;
import covey.chaos.mutant.Mutant;
import covey.chaos.mutant.Mutants;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That checkers see. All planted errors: {@code covey sim --mutants --seeds 60}; here those that show at once. */
class MutantsTest {
    private static final List<String> AT_ONCE = List.of(
            "waits for the dead",
            "accepts with a third of the stake",
            "takes back what was applied",
            "applies a round twice",
            "accepts any signature",
            "acknowledges before it is on disk");

    @Test
    void shouldFindPlantedErrors() {
        List<Mutant> chosen =
                Mutants.ALL.stream().filter(m -> AT_ONCE.contains(m.name())).toList();
        assertThat(chosen).hasSameSizeAs(AT_ONCE);
        assertThat(chosen)
                .allSatisfy(mutant -> assertThat(Hunt.find(mutant, 1, 12, 10))
                        .as(mutant.name())
                        .isPresent());
    }
}
