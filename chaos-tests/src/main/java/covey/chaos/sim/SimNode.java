package covey.chaos.sim;

import covey.chaos.check.Event;
import covey.chaos.cover.Part;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Role;
import covey.protocol.port.StoreFailure;
import covey.protocol.round.PeerEffect;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * One process: what it has in memory, its disk, and its clock. A crash takes the memory; a freeze keeps it, and what
 * arrives meanwhile waits.
 */
final class SimNode {
    final World world;
    final Roster.Member member;
    final int index;
    final SimDisk disk;
    final Seed seed;
    private final long clockOffsetMs;
    private double clockRate = 1;
    private boolean up;
    private boolean gone;
    private int life;
    private long frozenUntilMs;
    /** What came while it was frozen, in its order. */
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private Optional<Parts> parts = Optional.empty();
    private final long normalStepMs;
    private long slowUntilMs;

    /** What a process has while it runs. */
    record Parts(
            NodeLedger ledger,
            NodePeer peer,
            NodeEngine engine,
            NodeTransfer transfer,
            Optional<NodeAuthority> authority) {}

    SimNode(World world, Roster.Member member, Seed seed, SimDisk disk) {
        this.world = world;
        this.member = member;
        this.index = member.index();
        this.seed = seed;
        this.disk = disk;
        this.clockOffsetMs = seed.nextLong(1L << 40);
        this.normalStepMs = seed.between(30, 120);
    }

    /** The last trainers of genesis are, if the seed says so. */
    boolean isHostile() {
        int honest = world.options.trainers() - world.options.hostile();
        return is(Role.TRAINER) && index >= honest;
    }

    boolean isUp() {
        return up;
    }

    boolean isGone() {
        return gone;
    }

    /** Whether it has a content and runs. */
    boolean canTellOf(ContentId content) {
        return isUp() && !isFrozen() && disk.has(content);
    }

    boolean isFrozen() {
        return world.time.nowMs() < frozenUntilMs;
    }

    Optional<Parts> parts() {
        return parts;
    }

    boolean is(Role role) {
        return member.is(role);
    }

    /** As it is now: who writes changes. */
    Part part() {
        if (is(Role.TRAINER)) {
            return Part.TRAINER;
        }
        if (is(Role.AUTHORITY)) {
            return world.writer() == index ? Part.WRITER : Part.AUTHORITY;
        }
        return is(Role.VALIDATOR) ? Part.VALIDATOR : Part.OBSERVER;
    }

    /** Nanoseconds of its monotonic clock. */
    long monotonicNs() {
        return (long) ((clockOffsetMs + world.time.nowMs() * clockRate) * 1e6);
    }

    void skew(double rate) {
        clockRate = rate;
    }

    void slowUntil(long ms) {
        slowUntilMs = ms;
    }

    /** Of one inner step. */
    long stepMs() {
        return world.time.nowMs() < slowUntilMs ? 5 * normalStepMs : normalStepMs;
    }

    // ---- life

    void start() {
        if (up || gone) {
            return;
        }
        up = true;
        life++;
        frozenUntilMs = 0;
        enter(() -> {
            NodeLedger ledger = new NodeLedger(this);
            NodePeer peer = new NodePeer(this);
            NodeEngine engine = new NodeEngine(this);
            NodeTransfer transfer = new NodeTransfer(this);
            Optional<NodeAuthority> authority =
                    is(Role.AUTHORITY) ? Optional.of(new NodeAuthority(this, ledger.state())) : Optional.empty();
            parts = Optional.of(new Parts(ledger, peer, engine, transfer, authority));
            engine.start();
            ledger.start();
            authority.ifPresent(NodeAuthority::start);
        });
    }

    void crash() {
        if (up) {
            up = false;
            parts = Optional.empty();
            waiting.clear();
            disk.crash();
            clockRate = 1;
        }
    }

    /** For good. */
    void leave() {
        crash();
        gone = true;
    }

    void freeze(long ms) {
        frozenUntilMs = Math.max(frozenUntilMs, world.time.nowMs() + ms);
        world.time.at(frozenUntilMs, this::wake);
    }

    void thaw() {
        frozenUntilMs = 0;
        wake();
    }

    private void wake() {
        while (!isFrozen() && !waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }

    /** A named crash point was reached, or another place where a process may die. */
    void die(String where) {
        throw new Crashed(where);
    }

    void halt(String reason) {
        if (!isHostile()) {
            world.see(new Event.Halted(index, reason));
        }
        leave();
    }

    // ---- events

    /** Runs in this process, if it is still the same one by then. */
    void later(long delayMs, Runnable action) {
        int mine = life;
        world.time.after(delayMs, () -> ifAlive(mine, action));
    }

    /** Over and over, at about that interval. */
    void every(long ms, Runnable action) {
        later(ms / 2 + seed.nextLong(ms), () -> {
            action.run();
            every(ms, action);
        });
    }

    private void ifAlive(int mine, Runnable action) {
        if (!up || mine != life) {
            return;
        }
        enterThawed(action);
    }

    private void enterThawed(Runnable action) {
        if (isFrozen() || !waiting.isEmpty()) {
            waiting.addLast(() -> enter(action));
        } else {
            enter(action);
        }
    }

    /** What came by the network: for whichever process runs now. */
    void receive(java.util.function.Consumer<Parts> action) {
        if (up) {
            enterThawed(() -> parts.ifPresent(action));
        }
    }

    private void enter(Runnable action) {
        try {
            action.run();
        } catch (Crashed | StoreFailure e) {
            world.tally.other(e instanceof Crashed ? "crash at a write or point" : "stopped by the disk");
            crash();
            world.time.after(seed.nextLong(5_000), this::start);
        }
    }

    // ---- what its parts share

    LedgerState ledger() {
        return parts.orElseThrow().ledger().state();
    }

    void tell(covey.protocol.round.PeerInput input) {
        parts.orElseThrow().peer().take(input);
    }

    void say(PeerEffect.Say say) {
        if (!isHostile()) {
            said(say.statement());
        }
        parts.orElseThrow().ledger().say(say.role(), say.statement());
    }

    private void said(Statement statement) {
        world.see(new Event.Said(
                index, statement, ledger(), parts.orElseThrow().engine().durableRound(), disk::has));
    }
}
