package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import covey.actors.node.ControlCodec.Frame;
import covey.actors.node.ControlMessage.Hello;
import covey.actors.node.ControlMessage.Said;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;

/** Several nodes in one JVM, over real TLS on loopback. */
class ClusterSystemTest {

    @Test
    void threeNodesMeetExchangeOffersAndTalk() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.joining(2, a);
                TestNode c = TestNode.joining(3, a)) {
            a.awaitMet(b, c);
            b.awaitMet(a, c);
            c.awaitMet(a, b);
            assertThat(a.plane.reachable()).containsExactlyInAnyOrder(b.hotkey(), c.hotkey());
            assertThat(b.plane.hello(a.hotkey()).orElseThrow().address()).isEqualTo(a.address());
            assertThat(b.plane.hello(a.hotkey()).orElseThrow().lastHeight()).isEqualTo(7);

            assertThat(b.plane.send(a.hotkey(), Bytes.of(new byte[] {1}))).isTrue();
            a.await("received 2 01");
            assertThat(a.plane.broadcast(Bytes.of(new byte[] {2}))).isTrue();
            b.await("received 1 02");
            c.await("received 1 02");
            int offers = b.count("offer node 1");
            assertThat(a.plane.offerAgain()).isTrue();
            b.await("offer node 1", offers + 1);

            c.cluster.close();
            a.await("unreachable 3");
            assertThat(c.events())
                    .contains("left ActorSystemTerminate")
                    .doesNotContain("unreachable 1", "unreachable 2");
            assertThat(c.plane.inGrace()).isTrue();
            assertThat(c.plane.send(a.hotkey(), Bytes.EMPTY)).isFalse();
        }
    }

    @Test
    void shouldRefuseAHotkeyThatIsNotRegistered() throws Exception {
        Hotkey stranger = TestIdentity.of(4).hotkey();
        TestNode.Plan plan = new TestNode.Plan(true, List.of(), List.of(), key -> !key.equals(stranger));
        try (TestNode a = TestNode.start(1, plan);
                TestNode d = TestNode.joining(4, a)) {
            a.await("refused " + stranger.brief(), 3);
            assertThat(a.settings.refusals().count()).isGreaterThanOrEqualTo(3);
            assertThat(d.events()).doesNotContain("joined");
        }
    }

    @Test
    void shouldNotJoinMembersWhoseHotkeyIsNotRegistered() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.start(2, a.planOfJoiner().admitting(key -> !key.equals(a.hotkey())))) {
            b.await("refused " + a.hotkey().brief(), 3);
            assertThat(b.events()).doesNotContain("joined");
        }
    }

    @Test
    void shouldRefuseAJoinerWithoutTls() throws Exception {
        try (TestNode a = TestNode.first(1)) {
            ActorSystem plain = ActorSystem.create(ClusterSystem.NAME, plainTcp(a));
            Cluster.get(plain).joinSeedNodes(List.of(AddressFromURIString.parse(a.address())));
            plain.getWhenTerminated().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(CoordinatedShutdown.get(plain).getShutdownReason())
                    .contains(CoordinatedShutdown.clusterJoinUnsuccessfulReason());
            assertThat(a.await("joined").events()).contains("started 0").doesNotContain("ended 0");
        }
    }

    private static Config plainTcp(TestNode seed) {
        return ConfigFactory.parseMap(Map.of(
                        "pekko.remote.artery.transport", "tcp",
                        "pekko.remote.artery.canonical.port", 0,
                        "pekko.remote.artery.bind.port", "",
                        "pekko.cluster.downing-provider-class", "",
                        "pekko.cluster.shutdown-after-unsuccessful-join-seed-nodes", "3s"))
                .withFallback(seed.settings.toConfig());
    }

    @Test
    void nodeThatAHostileMemberDownsIsUpAgainInTheSameJvm() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.joining(2, a);
                TestNode hostile = TestNode.joining(3, a)) {
            a.awaitMet(b, hostile);
            b.awaitMet(a, hostile);
            hostile.awaitMet(a, b);

            classicCluster(hostile).down(AddressFromURIString.parse(b.address()));

            b.await("left ClusterDowning").await("started 1").await("joined", 2);
            b.await("offer node 1", 2).await("offer node 3", 2);
            a.await("offer node 2", 2);
            assertThat(b.cluster.generation()).isEqualTo(1);
            assertThat(b.events()).doesNotContain("unreachable 1", "unreachable 3");
            assertThat(b.plane.send(a.hotkey(), Bytes.EMPTY)).isTrue();
            a.await("received 2 ");
        }
    }

    @Test
    void frozenNodeIsUnreachableAndComesBackWithoutARestart() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.joining(2, a)) {
            a.awaitMet(b);
            b.awaitMet(a).await("joined");
            Runnable thaw = b.freeze();
            a.await("unreachable 2");
            assertThat(b.plane.inGrace()).isTrue();
            thaw.run();
            a.await("reachable 2", 2);
            assertThat(b.events()).doesNotContain("unreachable 1", "started 1");
        }
    }

    @Test
    void nodeFrozenForTooLongIsDownedByTheAuthorityAndJoinsAnew() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.joining(2, a)) {
            a.awaitMet(b);
            b.awaitMet(a).await("joined");
            Runnable thaw = b.freeze();
            a.await("unreachable 2");
            awaitNoMember(a, b.address());
            thaw.run();
            b.await("left ClusterDowning").await("joined", 2);
            a.await("reachable 2", 2);
        }
    }

    private static void awaitNoMember(TestNode node, String address) {
        var probe = new TestKit(node.cluster.system().classicSystem());
        probe.awaitAssert(Duration.ofSeconds(60), () -> {
            assertThat(classicCluster(node).state().getMembers())
                    .noneMatch(member -> member.address().toString().equals(address));
            return null;
        });
    }

    @Test
    void shouldRefuseForgedReplayedAndMisdirectedMessages() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.joining(2, a)) {
            a.awaitMet(b);
            b.awaitMet(a);
            Bytes challenge = b.plane.hello(a.hotkey()).orElseThrow().challenge();
            Hotkey me = b.hotkey();
            Hotkey you = a.hotkey();
            Said evil = new Said(Bytes.of(new byte[] {66}));
            Crypto.Signer signer = b.signer;
            Envelope good = envelope(me, you, challenge, 1_000, new Said(Bytes.of(new byte[] {1})), signer);
            long before = a.plane.refusedCount();

            sendRaw(b, a, "a text");
            sendRaw(b, a, PoisonPill.getInstance());
            sendRaw(b, a, good);
            sendRaw(b, a, good);
            sendRaw(b, a, envelope(me, you, challenge, 999, evil, signer));
            sendRaw(b, a, envelope(me, you, challenge, 1_001, evil, TestNode.signer(9)));
            sendRaw(b, a, envelope(TestNode.signer(9).hotkey(), you, challenge, 1_002, evil, TestNode.signer(9)));
            sendRaw(b, a, envelope(me, TestNode.signer(9).hotkey(), challenge, 1_003, evil, signer));
            sendRaw(b, a, envelope(me, you, Bytes.wrap(new byte[16]), 1_004, evil, signer));
            Hello elsewhere = new Hello("pekko://covey@127.0.0.1:1", 1, "", 1, 0, challenge);
            sendRaw(b, a, envelope(me, you, challenge, 1_005, elsewhere, signer));
            sendRaw(b, a, new Envelope(Bytes.of(new byte[] {1, 2, 3})));
            sendRaw(b, a, envelope(me, you, challenge, 2_000, new Said(Bytes.of(new byte[] {2})), signer));

            a.await("received 2 02");
            assertThat(a.count("received 2 01")).isEqualTo(1);
            assertThat(a.events()).doesNotContain("received 2 42", "received 9 42");
            assertThat(a.plane.refusedCount() - before).isEqualTo(8);
            assertThat(a.plane.hello(me).orElseThrow().address()).isEqualTo(b.address());
        }
    }

    private static Envelope envelope(
            Hotkey from, Hotkey to, Bytes challenge, long counter, ControlMessage message, Crypto.Signer signer) {
        return ControlCodec.sign(new Frame(TestNode.RUN, from, to, challenge, counter, message), signer);
    }

    private static void sendRaw(TestNode from, TestNode to, Object message) {
        from.cluster
                .system()
                .classicSystem()
                .actorSelection(to.address() + "/user/inbox")
                .tell(message, ActorRef.noSender());
    }

    @Test
    void nodeInAnotherClusterMovesToThatOfTheAuthority() throws Exception {
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.start(
                        2, new TestNode.Plan(true, List.of(a.hostPort()), List.of(a.hotkey()), key -> true))) {
            b.await("joined").await("left ClusterDowning").await("joined", 2);
            a.awaitMet(b);
            b.awaitMet(a);
            assertThat(a.cluster.generation()).isZero();
        }
    }

    /** Each with a majority of the authorities that it knows, so that neither moves. */
    @Test
    void nodesOfTwoClustersTradeOffersThoughNeitherReachesTheOther() throws Exception {
        Hotkey second = TestIdentity.of(2).hotkey();
        try (TestNode a = TestNode.first(1);
                TestNode b = TestNode.start(
                        2, new TestNode.Plan(true, List.of(a.hostPort()), List.of(second), key -> true))) {
            b.await("joined").await("offer node 1");
            a.await("joined").await("offer node 2");
            awaitNear(a, b.hotkey());
            awaitNear(b, a.hotkey());
            assertThat(a.plane.reachable()).isEmpty();
            assertThat(b.plane.reachable()).isEmpty();
            assertThat(a.events()).doesNotContain("reachable 2");
        }
    }

    private static void awaitNear(TestNode node, Hotkey other) {
        new TestKit(node.cluster.system().classicSystem()).awaitAssert(Duration.ofSeconds(60), () -> {
            assertThat(node.plane.near()).containsExactly(other);
            return null;
        });
    }

    /** Node 3 does not know node 4's key yet, cannot dial it and reports it unreachable (rule F2). */
    @Test
    void memberThatOnlyALaggardCannotReachStaysReachableAndIsNotDowned() throws Exception {
        Hotkey late = TestIdentity.of(4).hotkey();
        try (TestNode a = TestNode.first(1);
                TestNode laggard = TestNode.start(3, a.planOfJoiner().admitting(key -> !key.equals(late)))) {
            a.awaitMet(laggard);
            try (TestNode b = TestNode.joining(4, a)) {
                laggard.await("refused " + late.brief());
                awaitUnreachable(a, b.address());
                a.awaitMet(b);
                b.awaitMet(a);
                assertThat(a.events()).doesNotContain("unreachable 4");
                assertThat(a.plane.isReachable(late)).isTrue();
                assertThat(b.cluster.generation()).isZero();
            }
        }
    }

    private static void awaitUnreachable(TestNode node, String address) {
        new TestKit(node.cluster.system().classicSystem()).awaitAssert(Duration.ofSeconds(60), () -> {
            assertThat(classicCluster(node).state().getUnreachable())
                    .anyMatch(member -> member.address().toString().equals(address));
            return null;
        });
    }

    @Test
    void authorityThatNobodyAnswersFormsAClusterAlone() throws Exception {
        Hotkey self = TestIdentity.of(1).hotkey();
        TestNode.Plan plan = new TestNode.Plan(false, List.of("127.0.0.1:1"), List.of(self), key -> true);
        try (TestNode a = TestNode.start(1, plan)) {
            a.await("joined");
            assertThat(Formation.formAfterNs(a.settings)).isEqualTo(TestNode.TIMING.formAfterMs() * 1_000_000L);
            assertThat(Formation.candidates(a.settings, a.plane)).containsExactly("pekko://covey@127.0.0.1:1");
        }
    }

    private static Cluster classicCluster(TestNode node) {
        return Cluster.get(node.cluster.system().classicSystem());
    }
}
