package covey.chaos.sim;

import covey.actors.transfer.TransferActor;
import covey.chaos.check.Event;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Contents by id, whole: asks one holder after another until one gives what hashes to the id. */
final class NodeTransfer {
    private static final long PATIENCE_MS = 300;

    private final SimNode node;
    private final World world;
    private final SortedMap<ContentId, SortedSet<Integer>> wanted = new TreeMap<>();
    private final SortedSet<ContentId> serving = new TreeSet<>();

    NodeTransfer(SimNode node) {
        this.node = node;
        this.world = node.world;
    }

    void fetch(PeerEffect.Fetch effect) {
        boolean fresh = !wanted.containsKey(effect.content());
        SortedSet<Integer> holders = wanted.computeIfAbsent(effect.content(), c -> new TreeSet<>());
        for (Hotkey holder : effect.holders()) {
            int index = world.roster.index(holder);
            if (index >= 0 && index != node.index) {
                holders.add(index);
            }
        }
        if (fresh) {
            attempt(effect.content(), 0);
        }
    }

    private void attempt(ContentId content, int tries) {
        SortedSet<Integer> holders = wanted.get(content);
        if (holders == null) {
            return;
        }
        if (node.disk.has(content)) {
            stored(content);
            return;
        }
        List<Integer> all = new ArrayList<>(holders);
        if (tries > 0 && tries % (3 * all.size()) == 0) {
            node.tell(new PeerInput.NotFetched(content));
        }
        int holder = all.get((node.index + tries) % all.size());
        SimNode serving = world.node(holder);
        world.network.send(
                node.index, holder, () -> serving.receive(p -> p.transfer().asked(node, content)));
        node.later(PATIENCE_MS + node.seed.nextLong(PATIENCE_MS), () -> attempt(content, tries + 1));
    }

    private void asked(SimNode by, ContentId content) {
        if (serving.contains(content) && node.disk.has(content)) {
            world.see(new Event.Sent(node.index, by.index, content, node.ledger()));
            byte[] bytes = node.disk.bytes(content).orElseThrow();
            world.network.send(
                    node.index,
                    by.index,
                    bytes,
                    arrived -> by.receive(p -> p.transfer().arrived(content, arrived)));
        }
    }

    private void arrived(ContentId content, byte[] bytes) {
        if (!wanted.containsKey(content)) {
            return;
        }
        if (!ContentHash.of(bytes, world.roster.crypto).equals(content)) {
            world.tally.other("corrupt content refused");
            return;
        }
        node.disk.contents().put(MemorySegment.ofArray(bytes));
        stored(content);
    }

    @Override
    public String toString() {
        return "wanted " + wanted;
    }

    private void stored(ContentId content) {
        wanted.remove(content);
        world.reached(node, Point.COLLECT_FETCHED);
        node.tell(new PeerInput.Stored(content));
    }

    /** After a start: what of this is here already. */
    void look(LedgerState ledger) {
        TransferActor.Look.of(ledger).contents().stream()
                .filter(node.disk::has)
                .forEach(content -> node.tell(new PeerInput.Stored(content)));
    }

    void cancel(ContentId content) {
        wanted.remove(content);
    }

    /** As the real one, it looks once: what is not here then is never served. */
    void serve(ContentId content) {
        if (node.disk.contents().has(content)) {
            serving.add(content);
        }
    }

    void drop(ContentId content) {
        wanted.remove(content);
        serving.remove(content);
        node.disk.contents().delete(content);
    }
}
