package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import covey.actors.node.ControlMessage.Hello;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.Test;

class PeerTableTest {
    private static final Hotkey HOTKEY = TestIdentity.of(1).hotkey();

    private final PeerTable table = new PeerTable();

    private static UniqueAddress member(long uid) {
        return new UniqueAddress(new Address("pekko", "covey", "host", 1), uid);
    }

    private static Bytes challenge(long uid) {
        byte[] out = new byte[16];
        out[0] = (byte) uid;
        return Bytes.wrap(out);
    }

    private void up(long uid) {
        PeerTable.Peer peer = table.member(member(uid), MemberStatus.up(), challenge(uid));
        peer.bind(HOTKEY, new Hello(peer.address(), 1, "", 0, 0, challenge(0)));
    }

    @Test
    void hotkeyIsReachableWhileAnyOfItsMembersIs() {
        up(1);
        up(2);
        table.reachability(member(1), false);
        assertThat(table.reachable()).containsExactly(HOTKEY);
        table.removed(member(2));
        assertThat(table.reachable()).isEmpty();
        table.reachability(member(1), true);
        assertThat(table.reachable()).containsExactly(HOTKEY);
    }

    @Test
    void memberCountsOnlyAfterItsHelloAndOnlyWhileUp() {
        table.member(member(1), MemberStatus.up(), challenge(1));
        assertThat(table.reachable()).isEmpty();
        up(1);
        table.member(member(1), MemberStatus.leaving(), challenge(9));
        assertThat(table.reachable()).isEmpty();
        table.member(member(1), MemberStatus.weaklyUp(), challenge(9));
        assertThat(table.reachable()).containsExactly(HOTKEY);
    }

    @Test
    void newIncarnationHasAChallengeOfItsOwn() {
        up(1);
        table.member(member(2), MemberStatus.joining(), challenge(2));
        assertThat(table.at("pekko://covey@host:1").orElseThrow().challenge()).isEqualTo(challenge(2));
        assertThat(table.challengedWith(challenge(1))).isPresent();
        table.removed(member(1));
        assertThat(table.challengedWith(challenge(1))).isEmpty();
        assertThat(table.challengedWith(challenge(2))).isPresent();
    }

    @Test
    void memberKeepsItsFirstChallenge() {
        table.member(member(1), MemberStatus.joining(), challenge(1));
        assertThat(table.member(member(1), MemberStatus.up(), challenge(5)).challenge())
                .isEqualTo(challenge(1));
        assertThat(table.challengedWith(challenge(5))).isEmpty();
    }

    @Test
    void ownViewIsNotTrustedAfterAStallOrAJoin() {
        Grace grace = new Grace(0);
        assertThat(grace.isIn(0)).as("not joined").isTrue();
        grace.joined(0);
        grace.beat(100);
        assertThat(grace.isIn(Grace.GRACE_NS - 1)).as("just joined").isTrue();
        long now = beatUntil(grace, 3 * Grace.GRACE_NS);
        assertThat(grace.isIn(now)).isFalse();
        now += Grace.STALL_NS + 1;
        assertThat(grace.isIn(now)).as("no beat for long").isTrue();
        grace.beat(now);
        assertThat(grace.isIn(now + Grace.STALL_NS)).as("woke up just now").isTrue();
        grace.left();
        assertThat(grace.isIn(beatUntil(grace, now + 3 * Grace.GRACE_NS))).isTrue();
    }

    private static long beatUntil(Grace grace, long endNs) {
        for (long now = endNs - 3 * Grace.GRACE_NS; now <= endNs; now += Grace.STALL_NS / 10) {
            grace.beat(now);
        }
        return endNs;
    }
}
