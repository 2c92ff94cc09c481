package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OutsidersTest {
    private static final List<Hotkey> AUTHORITIES = List.of(key(1), key(2), key(3));
    private static final Bytes CHALLENGE = Bytes.of(new byte[] {9});
    private static final long PATIENCE_NS = 100;

    private final Outsiders outsiders = new Outsiders(AUTHORITIES, PATIENCE_NS, () -> CHALLENGE);

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

    @Test
    void asksOnlyAfterItLackedAuthoritiesForLong() {
        outsiders.lookedAt(3, false, 0);
        assertThat(outsiders.isDue(PATIENCE_NS - 1)).isFalse();
        assertThat(outsiders.isDue(PATIENCE_NS)).isTrue();
        assertThat(outsiders.isDue(PATIENCE_NS + 1)).as("paced").isFalse();
        outsiders.lookedAt(3, true, PATIENCE_NS + 2);
        assertThat(outsiders.isDue(PATIENCE_NS + 2 + Outsiders.KNOCK_NS))
                .as("own view not trusted")
                .isFalse();
        outsiders.lookedAt(3, false, 200);
        outsiders.lookedAt(Outsiders.MAJORITY, false, 300);
        assertThat(outsiders.isDue(10 * Outsiders.KNOCK_NS))
                .as("enough are here")
                .isFalse();
    }

    @Test
    void goesWhereABetterAuthorityAnswersTwice() {
        outsiders.lookedAt(3, false, 0);
        assertThat(outsiders.heard("there", 1)).as("never asked").isFalse();
        Bytes challenge = outsiders.challenge("there");
        assertThat(outsiders.isAnswer(key(2), "there", challenge)).isTrue();
        assertThat(outsiders.heard("there", 1)).isFalse();
        assertThat(outsiders.heard("there", 1)).isTrue();
        assertThat(outsiders.heard("there", 3)).as("not better").isFalse();
    }

    @Test
    void shouldIgnoreStrangersAndOtherChallengesAndAddresses() {
        Bytes challenge = outsiders.challenge("there");
        assertThat(outsiders.isAnswer(key(9), "there", challenge)).isFalse();
        assertThat(outsiders.isAnswer(key(1), "there", Bytes.EMPTY)).isFalse();
        assertThat(outsiders.isAnswer(key(1), "elsewhere", challenge)).isFalse();
    }
}
