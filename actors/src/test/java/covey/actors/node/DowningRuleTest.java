package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.node.DowningRule.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.junit.jupiter.api.Test;

class DowningRuleTest {
    private static final long DOWN_AFTER_NS = 20;

    private static Address node(int number) {
        return new Address("pekko", "covey", "node-" + number, 1);
    }

    private static Set<Address> nodes(int... numbers) {
        Set<Address> out = new LinkedHashSet<>();
        for (int number : numbers) {
            out.add(node(number));
        }
        return out;
    }

    /** Authorities are nodes 1 to 3; the unreachable ones went at time 0. */
    private static View view(int self, Set<Address> reachable, Set<Address> unreachable) {
        Map<Address, Long> since = new LinkedHashMap<>();
        unreachable.forEach(address -> since.put(address, 0L));
        List<Optional<Address>> authorities = new ArrayList<>();
        nodes(1, 2, 3).forEach(address -> authorities.add(Optional.of(address)));
        return new View(node(self), reachable, since, authorities);
    }

    @Test
    void firstReachableAuthorityDownsAfterTheDelay() {
        View view = view(1, nodes(1, 2, 4), nodes(3, 5));
        assertThat(DowningRule.toDown(view, 19, DOWN_AFTER_NS)).isEmpty();
        assertThat(DowningRule.toDown(view, 20, DOWN_AFTER_NS)).containsExactly(node(3), node(5));
    }

    @Test
    void nextAuthorityDownsLaterAndOthersNever() {
        assertThat(DowningRule.toDown(view(2, nodes(1, 2, 4), nodes(5)), 29, DOWN_AFTER_NS))
                .isEmpty();
        assertThat(DowningRule.toDown(view(2, nodes(1, 2, 4), nodes(5)), 30, DOWN_AFTER_NS))
                .containsExactly(node(5));
        assertThat(DowningRule.toDown(view(2, nodes(2, 3), nodes(1)), 20, DOWN_AFTER_NS))
                .containsExactly(node(1));
        assertThat(DowningRule.toDown(view(4, nodes(1, 2, 3, 4), nodes(5)), 1_000, DOWN_AFTER_NS))
                .isEmpty();
    }

    @Test
    void shouldDownNobodyWithoutAMajorityOfNamedAuthorities() {
        View minority = view(1, nodes(1, 4, 5, 6, 7, 8), nodes(2, 3));
        assertThat(DowningRule.toDown(minority, Long.MAX_VALUE, DOWN_AFTER_NS)).isEmpty();
    }

    @Test
    void authorityWhoseAddressIsNotKnownIsNotReachable() {
        View view = new View(
                node(1),
                nodes(1, 2, 3),
                Map.of(node(5), 0L),
                List.of(Optional.of(node(1)), Optional.empty(), Optional.empty()));
        assertThat(DowningRule.toDown(view, 1_000, DOWN_AFTER_NS)).isEmpty();
    }

    @Test
    void shouldNeverDownItself() {
        assertThat(DowningRule.toDown(view(1, nodes(1, 2, 3), nodes(1, 4)), 1_000, DOWN_AFTER_NS))
                .containsExactly(node(4));
    }

    @Test
    void shouldLeaveOnlyWhenHalfOfTheReachableAuthoritiesSayQuarantined() {
        View view = view(4, nodes(1, 2, 3, 4, 5), Set.of());
        assertThat(DowningRule.shouldLeave(view, nodes(5, 6, 7))).isFalse();
        assertThat(DowningRule.shouldLeave(view, nodes(1))).isFalse();
        assertThat(DowningRule.shouldLeave(view, nodes(1, 2))).isTrue();
        View alone = view(4, nodes(4, 5), nodes(1, 2, 3));
        assertThat(DowningRule.shouldLeave(alone, nodes(5))).isFalse();
        assertThat(DowningRule.shouldLeave(alone, nodes(1))).isTrue();
    }

    @Test
    void memberThatCameBackStartsAnew() {
        CoveyDowning.Unreachable unreachable = new CoveyDowning.Unreachable();
        assertThat(unreachable.seen(nodes(5, 6), 10)).containsEntry(node(5), 10L);
        assertThat(unreachable.seen(nodes(6), 20)).containsOnly(Map.entry(node(6), 10L));
        assertThat(unreachable.seen(nodes(5, 6), 30)).containsEntry(node(5), 30L);
        unreachable.forget();
        assertThat(unreachable.seen(nodes(6), 40)).containsOnly(Map.entry(node(6), 40L));
    }
}
