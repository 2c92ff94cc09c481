package covey.chaos.sim;

import covey.actors.ledger.LedgerReplay;
import covey.actors.ledger.Outbox;
import covey.chaos.check.Event;
import covey.chaos.check.Violation;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.port.BlockStore;
import covey.protocol.round.PeerInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A node's copy of the ledger and its voice on it: the shell of a follower, and the door of an authority. */
final class NodeLedger {
    private static final int BLOCKS_A_TIME = 64;
    private static final long POLL_MS = 250;
    private static final long RESEND_MS = 1_000;
    private static final int EVALUATION_FAILS_EVERY = 7;

    private final SimNode node;
    private final World world;
    private final BlockStore blocks;
    private final Outbox outbox;
    private LedgerState state;
    private final Optional<CertifiedBlock> last;
    private boolean looked;
    private int door;

    NodeLedger(SimNode node) {
        this.node = node;
        this.world = node.world;
        this.blocks = node.disk.blocks();
        this.outbox = new Outbox(world.roster.run, world.machine, node.member.signer(), node.seed::nextLong);
        LedgerReplay replay = LedgerReplay.of(blocks, world.machine, world.check);
        this.state = replay.state();
        this.last = replay.last();
        this.door = node.seed.nextInt(world.roster.genesis.authorities().size());
    }

    LedgerState state() {
        return state;
    }

    void start() {
        last.ifPresent(block -> {
            world.see(new Event.Certified(node.index, block, state));
            publish();
        });
        node.every(RESEND_MS, () -> outbox.resend(state).forEach(this::submit));
        if (!node.is(Role.AUTHORITY)) {
            node.every(POLL_MS, this::poll);
        }
    }

    private void publish() {
        node.tell(new PeerInput.Advanced(state));
        node.parts().orElseThrow().authority().ifPresent(a -> a.follow(state));
        if (!looked) {
            looked = true;
            node.parts().orElseThrow().transfer().look(state);
        }
    }

    // ---- the voice

    void say(Role role, Statement statement) {
        outbox.say(role, statement, state).ifPresent(this::submit);
    }

    private void submit(SignedTransaction signed) {
        for (int i = 0; i < world.roster.genesis.authorities().size(); i++) {
            int to = world.roster.nodeOfAuthority(i);
            if (to == node.index) {
                take(signed);
            } else {
                SimNode authority = world.node(to);
                world.network.send(
                        node.index, to, () -> authority.receive(p -> p.ledger().take(signed)));
            }
        }
    }

    private void take(SignedTransaction signed) {
        node.parts().orElseThrow().authority().ifPresent(a -> a.take(signed));
    }

    // ---- the ear

    /** Asks a door for what follows; the next one if this one has nothing to say. */
    private void poll() {
        long from = state.height() + 1;
        int authority = world.roster.nodeOfAuthority(door);
        door = (door + 1) % world.roster.genesis.authorities().size();
        SimNode serving = world.node(authority);
        world.network.send(
                node.index, authority, () -> serving.receive(p -> p.ledger().serve(node, from)));
    }

    private void serve(SimNode to, long from) {
        List<CertifiedBlock> found = new ArrayList<>();
        for (long height = from; height <= blocks.lastHeight() && found.size() < BLOCKS_A_TIME; height++) {
            found.add(blocks.read(height).orElseThrow());
        }
        if (!found.isEmpty()) {
            world.network.send(node.index, to.index, () -> to.receive(p -> found.forEach(p.ledger()::delivered)));
        }
    }

    /** Nothing is believed because of who delivered it. */
    void delivered(CertifiedBlock block) {
        if (block.block().height() != state.height() + 1) {
            return;
        }
        world.check.check(block).ifPresent(why -> {
            throw new Violation("node " + node.index + " is sent a forged block: " + why);
        });
        LedgerMachine.Applied applied = world.machine.apply(state, block.block());
        boolean seals = applied.next().lastSealed() > state.lastSealed();
        if (blocks.lastHeight() < block.block().height()) {
            blocks.append(block);
            LedgerSnapshot.keepIfDue(blocks, block, applied.next());
        }
        state = applied.next();
        outbox.settle(block, applied.rejections(), state);
        world.see(new Event.Certified(node.index, block, state));
        publish();
        if (seals && node.is(Role.VALIDATOR)) {
            long round = state.lastSealed();
            node.later(node.seed.between(1, 500), () -> evaluate(round));
        }
    }

    /** Scores are no matter of the simulator: what all validators find alike, so that factors change. */
    private void evaluate(long round) {
        SortedMap<Hotkey, Boolean> passed = new TreeMap<>();
        state.sealed(round)
                .ifPresent(over -> over.collectSet()
                        .forEach(c -> passed.put(
                                c.hotkey(), Math.floorMod(c.hotkey().hash().a() + round, EVALUATION_FAILS_EVERY) > 0)));
        say(Role.VALIDATOR, new Statement.Evaluate(round, passed));
    }
}
