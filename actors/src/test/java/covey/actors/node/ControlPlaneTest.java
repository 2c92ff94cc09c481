package covey.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ControlPlaneTest {
    private static final int PEERS = 8;
    private static final int COPIES = 20_000;

    @Test
    @Timeout(60)
    void shouldCopyWhoIsReachableWhileOthersComeAndGo() {
        ControlPlane plane = new ControlPlane(_ -> Optional.empty(), (_, _) -> {});
        long nowNs = System.nanoTime();
        plane.selfJoined(nowNs - 2 * Grace.GRACE_NS);
        SortedSet<Hotkey> all = new TreeSet<>();
        for (int i = 1; i <= PEERS; i++) {
            byte[] key = new byte[Hash.BYTES];
            key[0] = (byte) i;
            all.add(new Hotkey(Hash.of(key)));
        }
        all.forEach(peer -> plane.met(peer, new ControlMessage.Hello("", 0, "", 0, 0, Bytes.EMPTY)));
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                plane.announce(all, nowNs);
                plane.announce(Collections.emptySortedSet(), nowNs);
            }
        });
        for (int i = 0; i < COPIES; i++) {
            assertThat(all).containsAll(plane.reachable());
        }
        done.set(true);
        others.join();
    }
}
