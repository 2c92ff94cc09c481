package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OutsidersTest {
    private static final List<Hotkey> AUTHORITIES = List.of(key(1), key(2), key(3));
    private static final long PATIENCE_NS = 100;

    private final Outsiders outsiders = new Outsiders(AUTHORITIES, PATIENCE_NS);

    private static Hotkey key(int number) {
        return TestIdentity.of(number).hotkey();
    }

    private static int rank(Hotkey... here) {
        return Outsiders.rank(AUTHORITIES, new TreeSet<>(List.of(here)));
    }

    @Test
    void rankIsZeroWithAMajorityElseTheFirstAuthority() {
        assertThat(rank(key(2), key(3), key(9))).isZero();
        assertThat(rank(key(1), key(9))).isEqualTo(1);
        assertThat(rank(key(3), key(9))).isEqualTo(3);
        assertThat(rank(key(8), key(9))).isEqualTo(Outsiders.NONE);
    }

    private boolean heard(int number, String address, int rank, long nowNs) {
        return outsiders.heard(key(number), address, rank, nowNs);
    }

    @Test
    void listensOnlyAfterItLackedAuthoritiesForLong() {
        outsiders.lookedAt(3, false, 0);
        assertThat(heard(1, "there", 1, PATIENCE_NS - 1)).isFalse();
        assertThat(heard(1, "there", 1, PATIENCE_NS - 1)).isFalse();
        outsiders.lookedAt(3, true, PATIENCE_NS);
        assertThat(heard(1, "there", 1, PATIENCE_NS)).as("own view not trusted").isFalse();
        outsiders.lookedAt(3, false, 200);
        assertThat(heard(1, "there", 1, 200 + PATIENCE_NS)).as("counts anew").isFalse();
        outsiders.lookedAt(Outsiders.MAJORITY, false, 300);
        assertThat(heard(1, "there", 1, 10 * PATIENCE_NS)).as("enough are here").isFalse();
    }

    @Test
    void goesWhereABetterAuthorityAnswersTwice() {
        outsiders.lookedAt(3, false, 0);
        assertThat(heard(2, "there", 1, PATIENCE_NS)).isFalse();
        assertThat(heard(2, "elsewhere", 1, PATIENCE_NS)).isFalse();
        assertThat(heard(2, "there", 3, PATIENCE_NS)).as("not better").isFalse();
        assertThat(heard(2, "there", 1, PATIENCE_NS)).isTrue();
    }

    @Test
    void shouldIgnoreStrangers() {
        outsiders.lookedAt(3, false, 0);
        assertThat(heard(9, "there", 1, PATIENCE_NS)).isFalse();
        assertThat(heard(9, "there", 1, PATIENCE_NS)).isFalse();
    }
}
