package covey.chaos.sim;

import covey.actors.ledger.Mempool;
import covey.actors.outer.Absences;
import covey.chaos.check.Event;
import covey.chaos.check.Violation;
import covey.protocol.ballot.BallotCodec;
import covey.protocol.ballot.BallotEffect;
import covey.protocol.ballot.BallotInput;
import covey.protocol.ballot.BallotMachine;
import covey.protocol.ballot.BallotMessage;
import covey.protocol.ballot.BallotState;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.ballot.SignedVote;
import covey.protocol.ballot.VoteRecord;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BlockStore;
import covey.protocol.port.VoteStore;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shell of an authority: its ballots, its mempool, and its eye on the trainers. */
final class NodeAuthority {
    private static final long TICK_MS = 60;
    private static final long LOOK_MS = 250;
    private static final long HEARTBEAT_LOST_MS = 1_200;

    private final SimNode node;
    private final World world;
    private final int self;
    private final BallotMachine machine;
    private final Mempool mempool;
    private final Absences absences;
    private final BlockStore blocks;
    private final VoteStore votes;
    private final LedgerState initial;
    private BallotState state;
    private long startedMs;
    private long lookedMs;
    private long stalledMs;

    NodeAuthority(SimNode node, LedgerState initial) {
        this.node = node;
        this.world = node.world;
        this.initial = initial;
        Roster roster = world.roster;
        self = roster.genesis.authorityIndex(node.member.signer().hotkey());
        machine = new BallotMachine(
                roster.genesis, roster.run, roster.crypto, node.member.signer(), world.machine, node.seed.nextLong());
        mempool = new Mempool(world.machine, initial);
        absences = new Absences(
                new Absences.Parts(
                        node.member.signer().hotkey(),
                        roster.genesis.authorityKeys(),
                        this::isReachable,
                        this::isInGrace,
                        hotkey -> Limits.BLOCK_TIME_MAX_MS,
                        node::monotonicNs,
                        node::say),
                initial);
        blocks = node.disk.blocks();
        votes = node.disk.votes();
        state = machine.start();
    }

    void start() {
        startedMs = world.time.nowMs();
        lookedMs = startedMs;
        Optional<VoteRecord> vote = vote();
        Optional<CertifiedBlock> last = blocks.read(blocks.lastHeight());
        apply(new BallotInput.Recovered(vote, vote.isEmpty() && last.isEmpty(), initial, last));
        node.every(
                TICK_MS,
                () -> apply(new BallotInput.Tick(node.monotonicNs(), new BallotInput.Waiting(mempool.waiting()))));
        node.every(LOOK_MS, this::lookAround);
    }

    private Optional<VoteRecord> vote() {
        return votes.read() instanceof VoteStore.Found found ? Optional.of(found.vote()) : Optional.empty();
    }

    void take(SignedTransaction signed) {
        mempool.add(signed);
    }

    void follow(LedgerState ledger) {
        absences.follow(ledger);
    }

    // ---- rule D4

    private void lookAround() {
        long now = world.time.nowMs();
        if (now - lookedMs > 4 * LOOK_MS) {
            stalledMs = now;
        }
        lookedMs = now;
        absences.lookAround();
    }

    private boolean isReachable(Hotkey hotkey) {
        return world.heardMsAgo(node.index, world.roster.index(hotkey)) < HEARTBEAT_LOST_MS;
    }

    private boolean isInGrace() {
        long now = world.time.nowMs();
        return now - startedMs < 2_000 || stalledMs > 0 && now - stalledMs < 2_000;
    }

    // ---- ballots

    private void apply(BallotInput input) {
        BallotMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        transition.effects().forEach(this::perform);
    }

    private void received(int from, byte[] bytes) {
        try {
            apply(new BallotInput.Received(from, BallotCodec.decode(bytes)));
        } catch (Malformed e) {
            world.tally.other("malformed ballot refused");
        }
    }

    private void perform(BallotEffect effect) {
        switch (effect) {
            case BallotEffect.Persist e -> votes.write(e.vote());
            case BallotEffect.Send e -> send(e.to(), e.message());
            case BallotEffect.SendAll e -> {
                for (int to = 0; to < world.roster.genesis.authorities().size(); to++) {
                    if (to != self) {
                        send(to, e.message());
                    }
                }
            }
            case BallotEffect.Finalized e -> finalized(e);
            case BallotEffect.NeedBlocks e -> serve(e.to(), e.fromHeight());
            case BallotEffect.Guilty e -> throw new Violation("authority " + e.authority() + " voted twice");
            case BallotEffect.Stopped e -> throw new Violation("authority " + self + " stopped: " + e.reason());
        }
    }

    private void finalized(BallotEffect.Finalized effect) {
        blocks.append(effect.block());
        LedgerSnapshot.keepIfDue(blocks, effect.block(), effect.after());
        mempool.advance(effect.block().block(), effect.after());
        node.later(1, () -> node.parts().orElseThrow().ledger().delivered(effect.block()));
    }

    private void send(int to, BallotMessage message) {
        switch (message) {
            case BallotMessage.Promise m -> voted(m.vote());
            case BallotMessage.Ack m -> voted(m.vote());
            case BallotMessage.Prepare _,
                    BallotMessage.Propose _,
                    BallotMessage.Nack _,
                    BallotMessage.Certified _,
                    BallotMessage.Need _,
                    BallotMessage.AskNewest _,
                    BallotMessage.Newest _ -> {}
        }
        byte[] bytes = BallotCodec.encode(message);
        int index = world.roster.nodeOfAuthority(to);
        SimNode other = world.node(index);
        world.network.send(
                node.index,
                index,
                () -> other.receive(p -> p.authority().orElseThrow().received(self, bytes)));
    }

    private void voted(SignedVote vote) {
        world.see(new Event.Voted(node.index, vote, vote()));
    }

    private void serve(int to, long fromHeight) {
        List<CertifiedBlock> found = new ArrayList<>();
        for (long height = fromHeight; height <= blocks.lastHeight(); height++) {
            if (found.size() == Limits.CERTIFIED_MAX_COUNT) {
                break;
            }
            found.add(blocks.read(height).orElseThrow());
        }
        if (!found.isEmpty()) {
            send(to, BallotCodec.fitting(found));
        }
    }
}
