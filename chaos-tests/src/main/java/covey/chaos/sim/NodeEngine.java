package covey.chaos.sim;

import covey.actors.engine.EngineWork;
import covey.actors.keep.CheckpointKeeper;
import covey.actors.keep.EngineMemory;
import covey.actors.train.ContributionMaker;
import covey.actors.train.StopSwitch;
import covey.actors.train.TrainingRun;
import covey.chaos.check.Event;
import covey.protocol.model.ContentId;
import covey.protocol.port.ContentStore;
import covey.protocol.port.FaultPoints;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The engine's thread of a node: one job after another, each taking virtual time before its work is done. */
final class NodeEngine {
    private record Job(long durationMs, Runnable work) {}

    private final SimNode node;
    private final World world;
    private final SimEngine engine;
    private final EngineWork work;
    /** Asked by the node for the training in progress. */
    private final StopSwitch stop = new StopSwitch();
    /** Tells the training run how many steps there was time for. */
    private final StopSwitch made = new StopSwitch();

    private final Deque<Job> jobs = new ArrayDeque<>();
    private boolean busy;
    private long durableRound;
    private Optional<PeerInput.Recorded> recorded = Optional.empty();
    private final Optional<Hostility> hostility;

    NodeEngine(SimNode node) {
        this.node = node;
        this.hostility = node.isHostile() ? Optional.of(new Hostility(node.seed)) : Optional.empty();
        this.world = node.world;
        Roster roster = world.roster;
        engine = new SimEngine(roster.genesis, roster.crypto, world.outerSteps);
        ContentStore contents = node.disk.contents();
        EngineMemory memory = new EngineMemory(node.disk.records(), engine);
        FaultPoints faults = (point, round) -> world.reached(node, point);
        var making = new ContributionMaker.Parts(engine, contents, memory, faults);
        work = new EngineWork(new EngineWork.Parts(
                roster.genesis,
                engine,
                memory,
                contents,
                new TrainingRun(engine, roster.genesis, made, faults, event -> {}),
                new ContributionMaker(roster.genesis, roster.run, roster.crypto, node.member.signer(), making),
                new CheckpointKeeper(contents, (round, root, theta) -> {}),
                List.of(),
                faults));
    }

    void start() {
        PeerInput.Memory memory = work.restore();
        durableRound = memory.settledRound();
        recorded = memory.recorded();
        recorded.ifPresent(r -> made(r, true));
        world.see(new Event.Started(node.index, memory.settledRound(), memory.root()));
        remembers();
        node.tell(new PeerInput.Restarted(memory));
    }

    /** The round whose outer step a restart would find. */
    long durableRound() {
        return durableRound;
    }

    private void add(long durationMs, Runnable job) {
        jobs.add(new Job(durationMs, job));
        next();
    }

    private void next() {
        if (!busy && !jobs.isEmpty()) {
            busy = true;
            Job job = jobs.remove();
            node.later(job.durationMs(), job.work());
        }
    }

    private void done() {
        busy = false;
        next();
    }

    private void add(long durationMs, Runnable first, Runnable rest) {
        add(durationMs, () -> {
            first.run();
            rest.run();
            done();
        });
    }

    // ---- effects

    void train(PeerEffect.Train effect) {
        add(0, () -> step(effect, 0));
    }

    private void step(PeerEffect.Train effect, int steps) {
        boolean all = steps == world.roster.innerSteps();
        if (!all && !stop.of(effect.round()).test(steps)) {
            node.later(node.stepMs(), () -> step(effect, steps + 1));
            return;
        }
        if (!all) {
            made.stop(effect.round(), steps);
        }
        int trained = work.train(effect).steps();
        world.see(new Event.Trained(node.index, effect.round(), effect.windows(), trained));
        node.tell(new PeerInput.Trained(effect.round(), trained));
        done();
    }

    void stop(PeerEffect.StopTraining effect) {
        stop.stop(effect.round(), effect.minimumSteps());
    }

    void compress(PeerEffect.Compress effect) {
        add(
                node.seed.between(1, 80),
                () -> {
                    PeerInput input = work.compress(effect);
                    if (input instanceof PeerInput.Recorded now) {
                        recorded = Optional.of(now);
                        made(now, true);
                        input = hostility.isPresent() ? hostile(now) : now;
                    }
                    node.tell(input);
                },
                () -> {});
    }

    private void made(PeerInput.Recorded now, boolean valid) {
        byte[] content = node.disk.bytes(now.contribution()).orElseThrow();
        world.see(new Event.Made(node.index, now.round(), now.contribution(), content, valid));
    }

    /** Commits to something else than what was made. */
    private PeerInput hostile(PeerInput.Recorded honest) {
        byte[] bytes = hostility
                .orElseThrow()
                .instead(node.disk.bytes(honest.contribution()).orElseThrow());
        ContentId content = node.disk.contents().put(MemorySegment.ofArray(bytes));
        PeerInput.Recorded now = new PeerInput.Recorded(honest.round(), content, bytes.length);
        world.tally.other("hostile contribution");
        made(now, content.equals(honest.contribution()));
        return now;
    }

    void settle(PeerEffect.Settle effect) {
        add(
                node.seed.between(1, 40),
                () -> {
                    world.see(new Event.Settling(node.index, effect));
                    PeerInput.Settled settled = work.settle(node.isHostile() ? withoutGiveBack(effect) : effect);
                    durableRound = settled.round();
                    world.see(new Event.Settled(node.index, effect, settled.root(), node.ledger()));
                    recorded.filter(r -> r.round() == settled.round() && !node.isHostile())
                            .ifPresent(this::cameBack);
                    remembers();
                    node.tell(settled);
                },
                () -> {});
    }

    private void remembers() {
        world.see(new Event.Remembers(node.index, durableRound, engine.feedback()));
    }

    /** What it committed to need not be a contribution at all. */
    private static PeerEffect.Settle withoutGiveBack(PeerEffect.Settle effect) {
        return new PeerEffect.Settle(
                effect.round(), effect.collectSet(), effect.fold(), Optional.empty(), effect.clear());
    }

    private void cameBack(PeerInput.Recorded own) {
        ContentId content = own.contribution();
        int times = node.disk.bytes(content).map(engine::cameBack).orElse(-1);
        if (times >= 0) {
            world.see(new Event.CameBack(node.index, own.round(), content, times));
        }
    }

    void load(PeerEffect.Load effect) {
        add(
                node.seed.between(1, 40),
                () -> {
                    PeerInput.Loaded loaded = work.load(effect);
                    durableRound = loaded.round();
                    world.see(new Event.Loaded(node.index, loaded.round(), loaded.root()));
                    node.tell(loaded);
                },
                () -> {});
    }

    void keep(PeerEffect.Keep effect) {
        add(1, () -> node.tell(work.keep(effect)), () -> {});
    }
}
