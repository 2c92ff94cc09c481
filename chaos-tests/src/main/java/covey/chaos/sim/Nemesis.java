package covey.chaos.sim;

import covey.chaos.cover.CrashPoints;
import covey.chaos.cover.Partition;
import covey.chaos.cover.Partition.Direction;
import covey.chaos.cover.Partition.Side;
import covey.protocol.model.Role;
import java.util.ArrayList;
import java.util.List;

/** Strikes at random moments with the kinds of fault that the seed allows, until it is told to stop. */
final class Nemesis {
    private static final long DOWN_MS = 8_000;
    private static final long FREEZE_MS = 10_000;
    private static final long CUT_MS = 8_000;
    private static final long SLOW_MS = 15_000;

    private final World world;
    private final Seed seed;
    private final List<Fault> kinds;
    private boolean active = true;
    private long cutUntilMs;

    Nemesis(World world, Seed seed) {
        this.world = world;
        this.seed = seed;
        this.kinds = List.copyOf(world.options.faults());
    }

    void start() {
        if (world.options.faults().contains(Fault.JOIN)) {
            SimNode late = world.node(seed.nextInt(world.options.trainers()));
            late.crash();
            world.time.after(seed.between(5_000, 40_000), late::start);
            world.tally.fault(Fault.JOIN.name());
        }
        plan();
    }

    private void plan() {
        world.time.after(seed.between(100, 2 * world.options.calmMs()), () -> {
            if (active && !kinds.isEmpty()) {
                strike(seed.oneOf(kinds));
                plan();
            }
        });
    }

    /** Heals everything; who is gone stays away. */
    void stop() {
        active = false;
        world.network.calm();
        for (SimNode node : world.nodes()) {
            node.thaw();
            node.disk.full(false);
            node.slowUntil(0);
            world.time.after(seed.nextLong(1_000), node::start);
        }
    }

    private void strike(Fault fault) {
        List<SimNode> up = world.nodes().stream().filter(SimNode::isUp).toList();
        if (up.isEmpty()) {
            return;
        }
        SimNode victim = seed.oneOf(up);
        if (isPossible(fault, victim)) {
            world.tally.fault(fault.name());
            strike(fault, victim);
        }
    }

    private boolean isPossible(Fault fault, SimNode victim) {
        boolean plain = !victim.is(Role.AUTHORITY);
        return switch (fault) {
            case JOIN -> false;
            case LEAVE -> victim.is(Role.TRAINER) && trainersLeft() > 2 && seed.chance(0.1);
            case WIPE -> plain && !victim.is(Role.TRAINER);
            case BLACKOUT -> seed.chance(0.1);
            case PARTITION, MUTE, LINK -> world.time.nowMs() >= cutUntilMs;
            case KILL, KILL_AT_WRITE, KILL_AT_POINT, RESTART_LOOP, FREEZE, SLOW, SKEW, FULL_DISK -> true;
        };
    }

    private long trainersLeft() {
        return world.nodes().stream()
                .filter(n -> n.is(Role.TRAINER) && !n.isGone())
                .count();
    }

    private void strike(Fault fault, SimNode victim) {
        switch (fault) {
            case KILL -> kill(victim, upTo(DOWN_MS));
            case KILL_AT_WRITE -> victim.disk.crashIn(seed.between(1, 20));
            case KILL_AT_POINT -> world.arm(victim.index, seed.oneOf(CrashPoints.of(victim.part())));
            case RESTART_LOOP -> restartLoop(victim, 5);
            case FREEZE -> victim.freeze(upTo(FREEZE_MS));
            case PARTITION -> partition();
            case MUTE -> cutAll(victim);
            case LINK -> link(victim, seed.oneOf(world.nodes()));
            case SLOW -> slow(victim);
            case SKEW -> victim.skew(0.9 + 0.2 * seed.nextDouble());
            case FULL_DISK -> fullDisk(victim);
            case BLACKOUT -> world.nodes().forEach(n -> kill(n, seed.nextLong(DOWN_MS)));
            case WIPE -> {
                victim.crash();
                victim.disk.wipe();
                kill(victim, seed.nextLong(DOWN_MS));
            }
            case LEAVE -> victim.leave();
            case JOIN -> throw new IllegalStateException("join: at the start only");
        }
    }

    /** Now and then much longer, so that a node falls behind by several checkpoints. */
    private long upTo(long ms) {
        return seed.nextLong(seed.chance(0.2) ? 5 * ms : ms);
    }

    private void kill(SimNode victim, long downMs) {
        victim.crash();
        world.time.after(downMs, () -> {
            if (active) {
                victim.start();
            }
        });
    }

    private void restartLoop(SimNode victim, int times) {
        victim.crash();
        world.time.after(seed.nextLong(300), () -> {
            victim.start();
            if (active && times > 1) {
                world.time.after(seed.nextLong(300), () -> restartLoop(victim, times - 1));
            }
        });
    }

    /** Cuts a random smaller part off; now and then one or two nodes only. */
    private void partition() {
        List<SimNode> smaller = new ArrayList<>(world.nodes());
        List<SimNode> larger = new ArrayList<>();
        int most = smaller.size() / 2;
        int size = (int) seed.between(1, seed.chance(0.3) ? 2 : most);
        while (smaller.size() > size) {
            larger.add(smaller.remove(seed.nextInt(smaller.size())));
        }
        Direction direction = seed.oneOf(List.of(Direction.values()));
        for (SimNode inside : smaller) {
            for (SimNode outside : larger) {
                cut(inside, outside, direction);
            }
        }
        world.tally.partition(new Partition(side(smaller), direction));
        healLater();
    }

    private void cut(SimNode inside, SimNode outside, Direction direction) {
        if (direction != Direction.DEAF) {
            world.network.cut(inside.index, outside.index);
        }
        if (direction != Direction.MUTE) {
            world.network.cut(outside.index, inside.index);
        }
    }

    private Side side(List<SimNode> smaller) {
        long authorities = smaller.stream().filter(n -> n.is(Role.AUTHORITY)).count();
        return authorities < world.roster.genesis.quorum() ? Side.MINORITY : Side.MAJORITY;
    }

    private void cutAll(SimNode victim) {
        world.nodes().forEach(other -> world.network.cut(victim.index, other.index));
        healLater();
    }

    private void link(SimNode a, SimNode b) {
        world.network.cut(a.index, b.index);
        world.network.cut(b.index, a.index);
        healLater();
    }

    private void healLater() {
        long ms = seed.nextLong(CUT_MS);
        cutUntilMs = world.time.nowMs() + ms;
        world.time.after(ms, world.network::heal);
    }

    private void slow(SimNode victim) {
        victim.slowUntil(world.time.nowMs() + SLOW_MS);
    }

    private void fullDisk(SimNode victim) {
        victim.disk.full(true);
        world.time.after(seed.nextLong(DOWN_MS), () -> victim.disk.full(false));
    }
}
