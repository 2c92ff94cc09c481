package covey.chaos.sim;

import covey.chaos.check.Event;
import covey.protocol.contribution.ContributionCheck;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Rejection;
import covey.protocol.journal.JournalCodec;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.port.FaultPoints.Point;
import covey.protocol.port.Journal;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.round.PeerMachine;
import covey.protocol.round.PeerState;
import covey.protocol.round.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shell of a peer machine: inputs are on the disk before their effects run (rule E1). */
final class NodePeer {
    private final SimNode node;
    private final World world;
    private final PeerMachine machine;
    private final JournalCodec codec;
    private final Journal journal;
    private final ContributionCheck check;
    private final List<PeerInput> waiting = new ArrayList<>();
    private final Optional<Hostility> hostility;
    private PeerState state;

    NodePeer(SimNode node) {
        this.node = node;
        this.world = node.world;
        Roster roster = world.roster;
        machine = new PeerMachine(
                roster.genesis, roster.run, roster.crypto, node.member.signer().hotkey(), node.member.roles());
        codec = new JournalCodec(roster.crypto, world.machine::stateHash);
        journal = node.disk.journal();
        check = new ContributionCheck(
                roster.run, Layout.of(roster.genesis.model()), roster.genesis.training(), roster.crypto);
        hostility = node.isHostile() ? Optional.of(new Hostility(node.seed)) : Optional.empty();
        state = machine.initial();
    }

    PeerState state() {
        return state;
    }

    void take(PeerInput input) {
        if (waiting.isEmpty()) {
            node.later(node.seed.nextLong(5), this::flush);
        } else if (input instanceof PeerInput.Advanced && waiting.getLast() instanceof PeerInput.Advanced) {
            waiting.removeLast();
        }
        waiting.add(input);
    }

    private void flush() {
        List<PeerInput> inputs = List.copyOf(waiting);
        waiting.clear();
        List<PeerEffect> effects = new ArrayList<>();
        for (PeerInput input : inputs) {
            Transition transition = machine.apply(state, input);
            journal.append(codec.encode(codec.entry(input, transition.effects())));
            state = transition.next();
            effects.addAll(transition.effects());
        }
        journal.sync();
        hostility
                .flatMap(h -> h.nonsense(node.ledger(), node.member.signer().hotkey()))
                .ifPresent(this::say);
        effects.forEach(this::run);
    }

    private void run(PeerEffect effect) {
        SimNode.Parts parts = node.parts().orElseThrow();
        switch (effect) {
            case PeerEffect.Say e -> say(e);
            case PeerEffect.Fetch e -> parts.transfer().fetch(e);
            case PeerEffect.Cancel e -> parts.transfer().cancel(e.content());
            case PeerEffect.Serve e -> serve(e, parts.transfer());
            case PeerEffect.Drop e -> parts.transfer().drop(e.content());
            case PeerEffect.Judge e -> node.later(node.seed.between(1, 60), () -> judge(e));
            case PeerEffect.Train e -> parts.engine().train(e);
            case PeerEffect.StopTraining e -> parts.engine().stop(e);
            case PeerEffect.Compress e -> parts.engine().compress(e);
            case PeerEffect.Settle e -> parts.engine().settle(e);
            case PeerEffect.Load e -> parts.engine().load(e);
            case PeerEffect.Keep e -> parts.engine().keep(e);
            case PeerEffect.Halt e -> node.halt(e.reason());
        }
    }

    private void serve(PeerEffect.Serve effect, NodeTransfer transfer) {
        if (hostility.filter(Hostility::withholds).isPresent()) {
            world.tally.other("content withheld");
            return;
        }
        transfer.serve(effect.content());
        own(effect.content()).ifPresent(round -> node.world.reached(node, Point.COLLECT_SERVED));
    }

    private void say(PeerEffect.Say effect) {
        node.say(effect);
        if (effect.statement() instanceof Statement.Commit) {
            world.reached(node, Point.COMMIT_SAID);
        }
    }

    private Optional<RoundState> own(ContentId content) {
        LedgerState ledger = node.ledger();
        return ledger.round()
                .filter(r -> r.commitment(node.member.signer().hotkey())
                        .filter(c -> c.contribution().equals(content))
                        .isPresent());
    }

    private void judge(PeerEffect.Judge effect) {
        long lengthBytes = node.ledger().round().stream()
                .flatMap(r -> r.commits().stream())
                .filter(c -> c.contribution().equals(effect.contribution()))
                .mapToLong(RoundState.Commitment::lengthBytes)
                .findFirst()
                .orElse(-1);
        var expected = new ContributionCheck.Expected(effect.round(), effect.owner(), effect.baseRoot(), lengthBytes);
        if (lengthBytes >= 0) {
            node.disk
                    .contents()
                    .read(effect.contribution())
                    .map(content -> check.check(content, expected).map(Rejection::code))
                    .ifPresent(code -> take(new PeerInput.Judged(effect.contribution(), code.orElse(0))));
        }
    }

    /** For the history. */
    Event.Started started(PeerInput.Memory memory) {
        return new Event.Started(node.index, memory.settledRound(), memory.root());
    }
}
