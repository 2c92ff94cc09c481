package covey.protocol.ballot;

import covey.protocol.ballot.BallotInput.Recovered;
import covey.protocol.ballot.BallotInput.Waiting;
import covey.protocol.ballot.VoteWatch.Violation;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.testing.Seed;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Authorities over a hostile network and crashing disks, in virtual time. A storm first: loss, duplicates, reordering,
 * messages that come up to 40 s late, partitions, freezes, crashes between any two effects. Then calm, but a random
 * minority is gone for good or has lost its vote file; late messages still come. The others must go on.
 */
final class BallotSim {
    private static final long MS = 1_000_000;
    private static final long STORM_MS = 60_000;
    private static final long CALM_MS = 120_000;
    private static final int BLOCKS_AFTER_STORM = 5;

    /** @param heights blocks that were certified */
    record Outcome(long heights, long historyHash, long healedMs) {}

    private record Event(long atMs, long order, Runnable action) {}

    private final Seed seed;
    private final Authorities run;
    private final List<Node> nodes = new ArrayList<>();
    private final VoteWatch watch;
    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
    private final double lateShare;
    private final double crashShare;
    private int[] side;
    private boolean storm = true;
    private long nowMs;
    private long order;
    private long history = 1;

    BallotSim(long number, Set<BallotFault> faults) {
        this.seed = Seed.of(number);
        this.run = Authorities.of(new int[] {3, 5, 3, 5, 3, 5, 1}[seed.nextInt(7)]);
        this.watch = new VoteWatch(run);
        this.side = new int[run.count()];
        this.lateShare = seed.nextBoolean() ? 0.15 : 0.02;
        this.crashShare = seed.nextBoolean() ? 0.005 : 0.02;
        for (int i = 0; i < run.count(); i++) {
            nodes.add(new Node(i, run.machine(i, seed.nextLong(), faults)));
        }
    }

    static Outcome run(long number, Set<BallotFault> faults) {
        BallotSim sim = new BallotSim(number, faults);
        try {
            return sim.run();
        } catch (Violation e) {
            throw new Violation(sim.seed + " at " + sim.nowMs + " ms: " + e.getMessage());
        }
    }

    private Outcome run() {
        for (Node node : nodes) {
            at(seed.nextInt(2_000), node::start);
        }
        for (long ms = 0; ms < STORM_MS; ms += 1 + seed.nextInt(6_000)) {
            at(ms, this::trouble);
        }
        until(() -> nowMs >= STORM_MS);
        SortedSet<Integer> lost = calm();
        long before = watch.height();
        until(() -> nowMs >= STORM_MS + CALM_MS || isHealed(lost, before));
        if (!isHealed(lost, before)) {
            throw new Violation("no progress after the storm, lost " + lost + ", heights "
                    + nodes.stream().map(Node::height).toList() + ", certified " + before);
        }
        return new Outcome(watch.height(), history, nowMs - STORM_MS);
    }

    private boolean isHealed(SortedSet<Integer> lost, long before) {
        return nodes.stream()
                .filter(n -> !lost.contains(n.index))
                .allMatch(n -> n.height() >= before + BLOCKS_AFTER_STORM);
    }

    /** Ends the storm; returns the authorities that vote no more. */
    private SortedSet<Integer> calm() {
        storm = false;
        side = new int[run.count()];
        SortedSet<Integer> lost = new TreeSet<>();
        for (int count = seed.nextInt((run.count() - 1) / 2 + 1); lost.size() < count; ) {
            lost.add(seed.nextInt(run.count()));
        }
        for (Node node : nodes) {
            node.frozenUntilMs = 0;
            if (lost.contains(node.index)) {
                node.loseDisk(seed.nextBoolean());
            } else if (!node.up) {
                at(nowMs + seed.nextInt(1_000), node::start);
            }
        }
        return lost;
    }

    private void trouble() {
        Node node = nodes.get(seed.nextInt(run.count()));
        switch (seed.nextInt(4)) {
            case 0 -> node.crash();
            case 1 -> node.frozenUntilMs = nowMs + seed.nextInt(10_000);
            case 2 -> Arrays.setAll(side, _ -> seed.nextInt(2));
            case 3 -> side = new int[run.count()];
            default -> throw new AssertionError();
        }
    }

    private void until(BooleanSupplier end) {
        while (!end.getAsBoolean()) {
            Event event = queue.remove();
            nowMs = event.atMs();
            event.action().run();
        }
    }

    private void at(long ms, Runnable action) {
        queue.add(new Event(ms, order++, action));
    }

    private void transmit(int from, int to, byte[] message) {
        boolean cut = side[from] != side[to] || storm && seed.nextDouble() < 0.05;
        for (int copies = storm && seed.nextDouble() < 0.05 ? 2 : 1; copies > 0 && !cut; copies--) {
            at(nowMs + delayMs(), () -> nodes.get(to).receive(from, message));
        }
    }

    private long delayMs() {
        return storm && seed.nextDouble() < lateShare ? seed.nextInt(40_000) : 1 + seed.nextInt(storm ? 200 : 50);
    }

    private void record(long what) {
        history = Long.rotateLeft(history * 0x9E3779B97F4A7C15L ^ what, 17) + nowMs;
    }

    /** The shell of one authority, with its disk. */
    private final class Node {
        private final int index;
        private final BallotMachine machine;
        private final List<CertifiedBlock> blocks = new ArrayList<>();
        private LedgerState ledger = run.ledger().initial();
        private Optional<byte[]> voteFile = Optional.empty();
        private boolean firstStart = true;
        private BallotState state;
        private boolean up;
        private int starts;
        private long clockNs;
        private long frozenUntilMs;

        Node(int index, BallotMachine machine) {
            this.index = index;
            this.machine = machine;
            this.state = machine.start();
        }

        long height() {
            return ledger.height();
        }

        void start() {
            if (up) {
                return;
            }
            up = true;
            starts++;
            clockNs = seed.nextLong() >> 4;
            state = machine.start();
            Optional<CertifiedBlock> last = blocks.isEmpty() ? Optional.empty() : Optional.of(blocks.getLast());
            apply(new Recovered(voteFile.map(BallotSim::decodeVote), firstStart, ledger, last));
            int start = starts;
            at(nowMs, () -> tick(start));
        }

        private void tick(int start) {
            if (!up || start != starts) {
                return;
            }
            if (nowMs >= frozenUntilMs) {
                apply(new BallotInput.Tick(clockNs + nowMs * MS, Waiting.NONE));
            }
            at(nowMs + 50 + seed.nextInt(100), () -> tick(start));
        }

        void receive(int from, byte[] message) {
            if (nowMs < frozenUntilMs) {
                at(frozenUntilMs, () -> receive(from, message));
            } else if (up) {
                apply(new BallotInput.Received(from, BallotSim.decode(message)));
            }
        }

        private void apply(BallotInput input) {
            BallotMachine.Transition transition = machine.apply(state, input);
            state = transition.next();
            List<BallotEffect> effects = transition.effects();
            boolean crash = storm && !effects.isEmpty() && seed.nextDouble() < crashShare;
            int end = crash ? seed.nextInt(effects.size() + 1) : effects.size();
            for (BallotEffect effect : effects.subList(0, end)) {
                run(effect);
            }
            if (crash) {
                crash();
            }
        }

        void crash() {
            if (up) {
                up = false;
                state = machine.start();
                at(nowMs + seed.nextInt(5_000), () -> {
                    if (storm) {
                        start();
                    }
                });
            }
        }

        /** For good: it stays away, or comes back without its vote file. */
        void loseDisk(boolean comesBack) {
            up = false;
            starts++;
            voteFile = Optional.empty();
            firstStart = false;
            if (comesBack) {
                at(nowMs + 1, this::start);
            }
        }

        private void run(BallotEffect effect) {
            switch (effect) {
                case BallotEffect.Persist e -> persist(e.vote());
                case BallotEffect.Send e -> send(e.to(), e.message());
                case BallotEffect.SendAll e -> {
                    for (int to = 0; to < run.count(); to++) {
                        if (to != index) {
                            send(to, e.message());
                        }
                    }
                }
                case BallotEffect.Finalized e -> append(e);
                case BallotEffect.NeedBlocks e -> {
                    int from = (int) e.fromHeight() - 1;
                    send(e.to(), BallotCodec.fitting(blocks.subList(from, blocks.size())));
                }
                case BallotEffect.Guilty e -> throw new Violation("guilty: " + e.authority());
                case BallotEffect.Stopped e -> stopped(e);
            }
        }

        private void persist(VoteRecord vote) {
            byte[] file = BallotCodec.encode(vote);
            voteFile = Optional.of(file);
            firstStart = false;
            record(Arrays.hashCode(file));
            vote.last().ifPresent(own -> watch.said(index, own));
        }

        private void send(int to, BallotMessage message) {
            switch (message) {
                case BallotMessage.Promise m -> watch.said(index, m.vote());
                case BallotMessage.Ack m -> watch.said(index, m.vote());
                default -> {}
            }
            byte[] bytes = BallotCodec.encode(message);
            record(Arrays.hashCode(bytes) * 31L + to);
            transmit(index, to, bytes);
        }

        private void append(BallotEffect.Finalized e) {
            if (e.block().block().height() != ledger.height() + 1) {
                throw new Violation("block file of " + index + " has a gap");
            }
            watch.finalized(e.block());
            blocks.add(e.block());
            ledger = e.after();
            record(e.block().certificate().blockHash().a());
        }

        private void stopped(BallotEffect.Stopped e) {
            if (voteFile.isPresent() || firstStart) {
                throw new Violation("stopped without cause: " + e.reason());
            }
        }
    }

    private static BallotMessage decode(byte[] bytes) {
        try {
            return BallotCodec.decode(bytes);
        } catch (Malformed e) {
            throw new Violation(e.rule());
        }
    }

    private static VoteRecord decodeVote(byte[] bytes) {
        try {
            return BallotCodec.decodeVote(bytes);
        } catch (Malformed e) {
            throw new Violation(e.rule());
        }
    }
}
