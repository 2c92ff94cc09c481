package covey.chaos.sim;

import covey.chaos.check.AppliedOnce;
import covey.chaos.check.DurableFirst;
import covey.chaos.check.FeedbackTwin;
import covey.chaos.check.HonestAccepted;
import covey.chaos.check.MassConserved;
import covey.chaos.check.NoHaste;
import covey.chaos.check.NobodyHalts;
import covey.chaos.check.NotEmpty;
import covey.chaos.check.NothingEarly;
import covey.chaos.check.OneLedger;
import covey.chaos.check.OneRoot;
import covey.chaos.check.OneVote;
import covey.chaos.check.OnlyValid;
import covey.chaos.check.RoundByRules;
import covey.chaos.check.Violation;
import covey.chaos.cover.Tally;
import covey.chaos.memo.OuterSteps;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.model.Role;
import covey.protocol.round.PeerState;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * One run from one seed. A storm first, in which only safety is asked for; then all heals, and the run must go on: more
 * rounds within a bounded time, everybody at the same θ, and every trainer that is left in a collect set.
 */
public final class Simulation {
    private static final long STORM_MS = 150_000;
    /** After the storm; a message of the storm may still come 40 s late. */
    private static final long CALM_MS = 120_000;

    private static final int CALM_ROUNDS = 5;

    private final World world;
    private final Nemesis nemesis;

    /**
     * @param rounds sealed
     * @param healedMs from the end of the storm until everything that is asked for was seen
     * @param history the same for two runs of one seed
     * @param tally what struck
     */
    public record Outcome(int nodes, long rounds, long virtualMs, long healedMs, long history, Tally tally) {}

    private Simulation(long seed, int rounds) {
        Options options = Options.of(Seed.of(seed).fork("options"), rounds);
        world = new World(seed, options);
        nemesis = new Nemesis(world, Seed.of(seed).fork("nemesis"));
        world.judgedBy(new OneLedger(new LedgerMachine(world.roster.genesis, world.roster.run, world.roster.crypto)));
        world.judgedBy(new OneVote());
        OneRoot roots = new OneRoot(shadow());
        world.judgedBy(roots);
        SimEngine twin = shadow();
        world.judgedBy(new FeedbackTwin(twin, twin::feedback, roots::theta, this::isHonestTrainer));
        world.judgedBy(new RoundByRules(world.roster.genesis.timing(), world.machine.initial()));
        world.judgedBy(new NotEmpty(
                world.machine.initial(),
                (hotkey, content) -> world.node(world.roster.index(hotkey)).canTellOf(content)));
        world.judgedBy(new NoHaste(world.roster.genesis.timing(), world.machine.initial()));
        world.judgedBy(new AppliedOnce());
        world.judgedBy(new MassConserved());
        world.judgedBy(new NothingEarly());
        world.judgedBy(new DurableFirst());
        world.judgedBy(
                new HonestAccepted(h -> !world.node(world.roster.index(h)).isHostile()));
        world.judgedBy(new OnlyValid());
        world.judgedBy(new NobodyHalts());
    }

    private boolean isHonestTrainer(int node) {
        return world.node(node).is(Role.TRAINER) && !world.node(node).isHostile();
    }

    private SimEngine shadow() {
        SimEngine shadow =
                new SimEngine(world.roster.genesis, world.roster.crypto, new OuterSteps(world.roster.crypto));
        shadow.initialize();
        return shadow;
    }

    /** Throws {@link Violation}, whose text says when and with which options. */
    public static Outcome run(long seed, int rounds) {
        Simulation simulation = new Simulation(seed, rounds);
        try {
            return simulation.run();
        } catch (Violation e) {
            throw new Violation("seed " + seed + " at " + simulation.world.time.nowMs() + " ms, round "
                    + simulation.world.newest().lastSealed() + ": " + e.getMessage() + "\n  "
                    + simulation.world.options + "\n  " + simulation.world.tally);
        }
    }

    private Outcome run() {
        world.beat();
        world.nodes().forEach(SimNode::start);
        nemesis.start();
        until(() -> world.time.nowMs() >= STORM_MS || world.newest().lastSealed() >= world.options.rounds());
        nemesis.stop();
        long stormEndMs = world.time.nowMs();
        long sealed = world.newest().lastSealed();
        until(() -> isHealed(sealed) || world.time.nowMs() > stormEndMs + CALM_MS);
        if (!isHealed(sealed)) {
            throw new Violation("the run does not heal: " + state(sealed));
        }
        long healedMs = world.time.nowMs() - stormEndMs;
        until(() ->
                world.newest().lastSealed() >= world.options.rounds() || world.time.nowMs() > stormEndMs + 3 * CALM_MS);
        return new Outcome(
                world.options.nodes(),
                world.newest().lastSealed(),
                world.time.nowMs(),
                healedMs,
                world.history(),
                world.tally);
    }

    private void until(BooleanSupplier end) {
        while (!end.getAsBoolean()) {
            world.time.step();
        }
    }

    private boolean isHealed(long before) {
        LedgerState ledger = world.newest();
        return ledger.lastSealed() >= before + CALM_ROUNDS
                && world.nodes().stream().filter(n -> !n.isGone()).allMatch(n -> settled(n) >= before + CALM_ROUNDS - 1)
                && missing(ledger).isEmpty();
    }

    private static long settled(SimNode node) {
        return node.parts()
                .map(p -> p.peer().state().outer())
                .filter(outer -> outer.settling().isEmpty())
                .map(outer -> outer.settled())
                .orElse(-1L);
    }

    /** Trainers that are there and in none of the last collect sets. */
    private SortedSet<String> missing(LedgerState ledger) {
        SortedSet<String> missing = new TreeSet<>();
        for (SimNode node : world.nodes()) {
            boolean expected = node.is(Role.TRAINER) && !node.isGone() && !node.isHostile();
            if (expected && !hasContributed(node, ledger)) {
                missing.add(node.member.name());
            }
        }
        return missing;
    }

    private boolean hasContributed(SimNode node, LedgerState ledger) {
        return ledger.rounds().sealed().values().stream()
                .filter(s -> s.round() > ledger.lastSealed() - CALM_ROUNDS)
                .flatMap(s -> s.collectSet().stream())
                .map(Commitment::hotkey)
                .anyMatch(node.member.signer().hotkey()::equals);
    }

    private String state(long before) {
        StringBuilder text = new StringBuilder("round " + before + " at the end of the storm, now "
                + world.newest().lastSealed() + ", without " + missing(world.newest()));
        for (SimNode node : world.nodes()) {
            text.append("\n  ")
                    .append(node.member.name())
                    .append(node.isGone() ? " gone" : node.isUp() ? "" : " down")
                    .append(node.parts().map(Simulation::state).orElse(""));
        }
        return text + "\n  " + world.newest().round().map(Simulation::state).orElse("no round");
    }

    private static String state(SimNode.Parts parts) {
        PeerState peer = parts.peer().state();
        return " settled " + peer.outer().settled() + ", height "
                + parts.ledger().state().height() + ", fetches "
                + peer.contents().fetching().size() + ", wants " + peer.outer().target() + ", engine busy "
                + peer.training().isBusy();
    }

    private static String state(RoundState round) {
        return "round " + round.round() + (round.isClosed() ? " closed" : " open") + ", waits for "
                + round.eligible().size() + " less " + round.absent().size() + ", commits "
                + round.commits().size() + ", attested " + round.attested().size() + ", suspended "
                + round.suspended().size() + ", holders " + round.holds().size();
    }
}
