package covey.actors.node;

import covey.actors.node.ControlMessage.Hello;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import java.util.Optional;
import java.util.TreeSet;

/** Views of a cluster that is not there. */
public final class TestPlane {
    private TestPlane() {}

    /** Nobody is reachable but those. */
    public static ControlPlane reaching(Iterable<Hotkey> peers) {
        ControlPlane plane = new ControlPlane(peer -> Optional.empty(), (holder, offer) -> {});
        TreeSet<Hotkey> all = new TreeSet<>();
        peers.forEach(peer -> {
            plane.met(peer, new Hello("pekko://covey@localhost:1", 0, "", 0, 0, Bytes.of(new byte[16])));
            all.add(peer);
        });
        plane.announce(all, System.nanoTime());
        return plane;
    }
}
