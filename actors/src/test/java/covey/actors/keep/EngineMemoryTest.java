package covey.actors.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.actors.testing.MemoryRecords;
import covey.actors.testing.TestCovey;
import covey.actors.testing.ToyEngine;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.port.Sections;
import covey.protocol.round.PeerInput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineMemoryTest {
    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4));

    private final TestCovey covey = new TestCovey(1);
    private final Genesis genesis = covey.genesis();
    private final MemoryRecords records = new MemoryRecords();
    private final ToyEngine engine = new ToyEngine(genesis, covey.crypto());
    private final EngineMemory memory = new EngineMemory(records, engine);
    private final ToyEngine other = new ToyEngine(genesis, covey.crypto());
    private final EngineMemory restarted = new EngineMemory(records, other);

    @AfterEach
    void close() {
        covey.close();
    }

    private void train() {
        engine.train(new long[] {1, 2, 3, 4}, 0, () -> false, (step, loss, rate) -> {});
        engine.compress();
    }

    /** Another θ than before. */
    private ContentId change() {
        MemorySegment bytes = MemorySegment.ofArray(engine.theta().toArray(ValueLayout.JAVA_BYTE));
        bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0) + 1);
        return engine.load(bytes);
    }

    private static Map<String, ByteBuffer> sections(ToyEngine of) {
        Map<String, ByteBuffer> all = new TreeMap<>();
        Sections.Writer writer = (name, bytes) -> all.put(name, ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE)));
        of.snapshot(writer);
        return all;
    }

    private PeerInput.Recorded commit(long round) {
        PeerInput.Recorded recorded = new PeerInput.Recorded(round, CONTENT, 99);
        memory.commit(recorded);
        return recorded;
    }

    @Test
    void startsFromThetaZeroWithoutRecords() {
        PeerInput.Memory found = restarted.restore(genesis);
        assertThat(found.settledRound()).isZero();
        assertThat(found.root()).isEqualTo(genesis.thetaRoot());
        assertThat(found.recorded()).isEmpty();
    }

    @Test
    void refusesAThetaZeroThatGenesisDoesNotName() {
        Genesis wrong = new Genesis(
                genesis.name(),
                genesis.model(),
                genesis.seed(),
                CONTENT,
                genesis.training(),
                genesis.timing(),
                genesis.members(),
                genesis.authorities(),
                genesis.data());
        assertThatThrownBy(() -> restarted.restore(wrong)).hasMessageContaining("expected: " + CONTENT);
    }

    @Test
    void restoresTheCommittedEngineWhenItsRoundIsNext() {
        engine.initialize();
        train();
        PeerInput.Recorded recorded = commit(1);
        PeerInput.Memory found = restarted.restore(genesis);
        assertThat(found.recorded()).contains(recorded);
        assertThat(found.stored()).containsExactly(CONTENT);
        assertThat(sections(other)).isEqualTo(sections(engine));
    }

    @Test
    void restoresTheSettledEngineWhenTheCommitIsOlder() {
        engine.initialize();
        train();
        commit(1);
        ContentId root = change();
        memory.settled(1, root);
        PeerInput.Memory found = restarted.restore(genesis);
        assertThat(found).isEqualTo(new PeerInput.Memory(1, root, Optional.empty(), java.util.List.of()));
        assertThat(sections(other)).isEqualTo(sections(engine));
        assertThat(records.names()).containsExactly(EngineMemory.SETTLED);
    }

    @Test
    void doesNotUseACommitOfAnotherTheta() {
        engine.initialize();
        train();
        commit(2);
        ContentId root = change();
        memory.settled(1, root);
        assertThat(records.names()).contains(EngineMemory.COMMIT);
        assertThat(restarted.restore(genesis).recorded()).isEmpty();
        assertThat(other.stateRoot()).isEqualTo(root);
    }

    @Test
    void forgetsTheCommitWhenAnotherThetaIsLoaded() {
        engine.initialize();
        commit(2);
        memory.loaded(1, change());
        assertThat(records.names()).containsExactly(EngineMemory.SETTLED);
    }
}
