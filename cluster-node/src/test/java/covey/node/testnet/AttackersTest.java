package covey.node.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Presets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AttackersTest {
    private static TestnetOptions options(int validators, Attackers attackers) {
        return new TestnetOptions(
                4,
                validators,
                1,
                0,
                8,
                Presets.NANO,
                Optional.empty(),
                OptionalLong.empty(),
                attackers,
                AggregationPolicy.CONTRIBUTOR_MEAN,
                OptionalInt.empty(),
                Collections.emptySortedMap());
    }

    private static Attackers attackers(Map<String, Integer> trainers, Map<String, Integer> validators) {
        return new Attackers(new TreeMap<>(trainers), new TreeMap<>(validators));
    }

    @Test
    void shouldCountWhoCheatsInTheRoleItHas() {
        TestnetOptions options = options(4, attackers(Map.of("noise", 2), Map.of("liar", 1, "lazy", 1)));
        assertThat(options.allTrainers()).isEqualTo(6);
        assertThat(options.allNodes()).isEqualTo(12);
    }

    @Test
    void shouldRefuseMoreThanAThirdOfTheStakeThatLies() {
        assertThat(options(2, attackers(Map.of(), Map.of("liar", 1))).allNodes())
                .isEqualTo(7);
        assertThatThrownBy(() -> options(1, attackers(Map.of(), Map.of("liar", 1))))
                .isInstanceOf(ConfigError.class)
                .hasMessage("--attackers: 1 of 2 validators cheat (expected: at most a third; --validators 2 or more)");
    }
}
