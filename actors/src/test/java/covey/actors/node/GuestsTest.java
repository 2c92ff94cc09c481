package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.node.ControlMessage.Hello;
import covey.actors.node.PeerTable.Peer;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GuestsTest {
    private static final String THERE = address(1);
    private static final Hotkey HOTKEY = TestIdentity.of(1).hotkey();
    private static final Hotkey OTHER = TestIdentity.of(2).hotkey();

    private int challengeCount;
    private final Guests guests = new Guests(() -> bytes(100 + challengeCount++));

    private static String address(int port) {
        return "pekko://covey@127.0.0.1:" + port;
    }

    private static Bytes bytes(int first) {
        byte[] out = new byte[ControlCodec.CHALLENGE_BYTES];
        out[0] = (byte) first;
        return Bytes.wrap(out);
    }

    private Peer knock(Hotkey from, int challenge, long nowNs) {
        return guests.knocked(THERE, from, bytes(challenge), nowNs).orElseThrow();
    }

    /** Says hello with a rank and gives its offer. */
    private void answers(Peer peer, Hotkey from, int rank, long nowNs) {
        peer.accepted(5);
        peer.bind(from, new Hello(peer.address(), 1, "", 0, rank, bytes(0)));
        peer.offered = true;
        guests.heard(peer, nowNs);
    }

    @Test
    void guestIsNearFromItsOfferUntilItIsSilentForLong() {
        Peer peer = knock(HOTKEY, 1, 0);
        assertThat(guests.near(0)).isEmpty();
        answers(peer, HOTKEY, 2, 0);
        assertThat(guests.near(Guests.GONE_NS - 1)).containsExactly(HOTKEY);
        assertThat(guests.bestRank(Guests.GONE_NS - 1)).isEqualTo(2);
        assertThat(guests.near(Guests.GONE_NS)).isEmpty();
        assertThat(guests.bestRank(Guests.GONE_NS)).isEqualTo(Outsiders.NONE);
    }

    @Test
    void newIncarnationOfAGuestIsAskedAnewUnderTheSameChallenge() {
        Peer peer = knock(HOTKEY, 1, 0);
        answers(peer, HOTKEY, 2, 0);
        assertThat(knock(HOTKEY, 1, 1).hello()).as("the same one knocks again").isPresent();
        assertThat(peer.accepts(5)).isFalse();
        Bytes challenge = peer.challenge();
        assertThat(knock(HOTKEY, 2, 2)).isSameAs(peer);
        assertThat(peer.hello()).isEmpty();
        assertThat(peer.offered).isFalse();
        assertThat(peer.accepts(1)).isTrue();
        assertThat(peer.challenge()).isEqualTo(challenge);
        assertThat(guests.challengedWith(challenge)).contains(peer);
    }

    @Test
    void shouldNotForgetAGuestWhenAnotherHotkeyKnocksFromItsAddress() {
        Peer peer = knock(HOTKEY, 1, 0);
        answers(peer, HOTKEY, 2, 0);
        knock(OTHER, 2, Guests.GONE_NS - 1);
        assertThat(peer.hotkey()).contains(HOTKEY);
        knock(OTHER, 2, Guests.GONE_NS);
        assertThat(peer.hotkey()).as("it was silent for long").isEmpty();
    }

    @Test
    void shouldHaveRoomForALimitedNumber() {
        for (int i = 1; i <= Limits.BULK_PEERS_MAX; i++) {
            assertThat(guests.knocked(address(i), HOTKEY, bytes(1), 0)).isPresent();
        }
        String late = address(Limits.BULK_PEERS_MAX + 1);
        assertThat(guests.knocked(late, HOTKEY, bytes(1), 0)).isEmpty();
        assertThat(guests.at(Set.of(THERE), Guests.GONE_NS)).hasSize(1);
        assertThat(guests.knocked(late, HOTKEY, bytes(1), Guests.GONE_NS)).isPresent();
    }

    @Test
    void shouldIgnoreWhatIsNoAddress() {
        assertThat(guests.knocked("nobody", HOTKEY, bytes(1), 0)).isEmpty();
        assertThat(guests.knocked("pekko://covey", HOTKEY, bytes(1), 0)).isEmpty();
        assertThat(guests.at(new TreeSet<>(Set.of("::", THERE)), 0)).hasSize(1);
    }
}
