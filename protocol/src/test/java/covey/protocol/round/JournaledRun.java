package covey.protocol.round;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Bytes;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A run of some rounds whose nodes kept journals; one trainer was killed and started again. */
public final class JournaledRun {
    private final TestRun run = TestRun.of(3, 1, 1);
    private final PeerSim sim = new PeerSim(run);
    private final SortedMap<Long, LedgerState> states = new TreeMap<>();

    public JournaledRun(long rounds) {
        for (PeerSim.Node node : sim.nodes.values()) {
            node.journal = new ArrayList<>();
            node.start();
        }
        sim.until(rounds - 1);
        sim.trainer(0).kill();
        sim.trainer(0).start();
        sim.until(rounds);
        LedgerState state = run.machine().initial();
        states.put(0L, state);
        for (Block block : run.blocks()) {
            state = run.machine().apply(state, block).next();
            states.put(state.height(), state);
        }
    }

    public TestRun run() {
        return run;
    }

    /** Of the trainer that was started again. */
    public List<Bytes> trainerJournal() {
        return List.copyOf(Objects.requireNonNull(sim.trainer(0).journal));
    }

    public List<Bytes> validatorJournal() {
        return List.copyOf(Objects.requireNonNull(sim.validator(0).journal));
    }

    public PeerMachine trainerMachine() {
        return sim.trainer(0).machine;
    }

    public PeerMachine validatorMachine() {
        return sim.validator(0).machine;
    }

    public PeerState trainerState() {
        return sim.trainer(0).state;
    }

    /** Made again from the blocks. */
    public Optional<LedgerState> ledger(long height) {
        return Optional.ofNullable(states.get(height));
    }
}
