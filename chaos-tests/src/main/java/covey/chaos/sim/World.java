package covey.chaos.sim;

import covey.chaos.check.Checker;
import covey.chaos.check.Event;
import covey.chaos.cover.Tally;
import covey.chaos.memo.OuterSteps;
import covey.chaos.memo.SharedLedger;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.port.FaultPoints.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all nodes of a simulated run share, and what an observer of all of them knows. */
final class World {
    private static final long HEARTBEAT_MS = 400;

    final VirtualTime time = new VirtualTime();
    final Options options;
    final Roster roster;
    final Network network;
    final LedgerMachine machine;
    final CertificateCheck check;
    final Tally tally = new Tally();
    /** Of the nodes; checkers compute their own. */
    final OuterSteps outerSteps;

    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Checker> checkers = new ArrayList<>();
    private final long[][] heardMs;
    private final Map<Integer, Point> armed = new HashMap<>();
    private LedgerState newest;
    private int writer = -1;
    private long history = 1;

    World(long number, Options options) {
        Seed seed = Seed.of(number);
        this.options = options;
        this.roster = new Roster(options);
        this.network = new Network(time, options, seed.fork("network"));
        this.machine = new SharedLedger(roster.genesis, roster.run, roster.crypto);
        this.outerSteps = new OuterSteps(roster.crypto);
        this.check = new CertificateCheck(roster.genesis, roster.run, roster.crypto);
        this.newest = machine.initial();
        this.heardMs = new long[options.nodes()][options.nodes()];
        for (Roster.Member member : roster.members) {
            Seed own = seed.fork(member.name());
            SimDisk disk = new SimDisk(roster.crypto, own.fork("disk"));
            nodes.add(new SimNode(this, member, own, disk));
        }
    }

    void judgedBy(Checker checker) {
        checkers.add(checker);
    }

    SimNode node(int index) {
        return nodes.get(index);
    }

    List<SimNode> nodes() {
        return nodes;
    }

    /** Of the ledger as the node that knows most has it. */
    LedgerState newest() {
        return newest;
    }

    void see(Event event) {
        if (event instanceof Event.Certified certified) {
            follow(certified);
            record(certified.block().certificate().blockHash().a() + certified.node());
        } else if (event instanceof Event.Settled settled) {
            record(settled.root().hash().a() + settled.node());
        }
        checkers.forEach(checker -> checker.see(event));
    }

    private void follow(Event.Certified certified) {
        if (certified.after().height() > newest.height()) {
            newest = certified.after();
            writer = roster.nodeOfAuthority(certified.block().certificate().authority());
        }
    }

    /** Number of the node in whose ballot the newest block was certified; -1 before there is one. */
    int writer() {
        return writer;
    }

    private void record(long what) {
        history = Long.rotateLeft(history * 0x9E3779B97F4A7C15L ^ what, 17) + time.nowMs();
    }

    /** The same for two runs of one seed. */
    long history() {
        return history;
    }

    // ---- named crash points

    /** The next time that the node gets there, it dies. */
    void arm(int node, Point point) {
        armed.put(node, point);
    }

    void reached(SimNode node, Point point) {
        if (armed.get(node.index) == point) {
            armed.remove(node.index);
            if (!node.isHostile()) {
                tally.crash(point, node.part());
            }
            throw new Crashed(point.name());
        }
    }

    // ---- the failure detector

    /** Each node tells each authority, now and then, that it lives. */
    void beat() {
        for (SimNode node : nodes) {
            for (int i = 0; i < roster.genesis.authorities().size(); i++) {
                int to = roster.nodeOfAuthority(i);
                if (node.isUp() && !node.isFrozen()) {
                    network.send(node.index, to, () -> heardMs[to][node.index] = time.nowMs());
                }
            }
        }
        time.after(HEARTBEAT_MS, this::beat);
    }

    long heardMsAgo(int authority, int node) {
        return time.nowMs() - heardMs[authority][node];
    }
}
