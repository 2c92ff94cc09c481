package covey.actors.keep;

import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import covey.protocol.port.Records;
import covey.protocol.round.PeerInput;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two records that a node restarts from (rule E3). "settled" holds a round, the root after it and the engine's
 * sections; "commit" holds a round, the contribution's id and length and the engine's sections with e′. Both are
 * written
 * as a whole. Used by the engine's thread.
 */
public final class EngineMemory {
    static final String SETTLED = "settled";
    static final String COMMIT = "commit";
    static final String META = "meta";

    private static final Logger LOG = LoggerFactory.getLogger(EngineMemory.class);

    private final Records records;
    private final Engine engine;

    public EngineMemory(Records records, Engine engine) {
        this.records = records;
        this.engine = engine;
    }

    private record Meta(long round, ContentId content, long lengthBytes) {
        MemorySegment bytes() {
            return MemorySegment.ofArray(new ByteWriter()
                    .i64(round)
                    .hash(content.hash())
                    .i64(lengthBytes)
                    .toByteArray());
        }

        static Meta of(Records.Opened record) throws Malformed {
            if (!record.has(META)) {
                throw new Malformed("meta: absent (expected: a section)");
            }
            ByteReader in = new ByteReader(record.section(META).toArray(ValueLayout.JAVA_BYTE));
            Meta meta = new Meta(in.i64(), new ContentId(in.hash()), in.i64());
            in.end();
            return meta;
        }
    }

    /** A contribution and the engine as it is after making it. Durable on return. */
    public void commit(PeerInput.Recorded recorded) {
        write(COMMIT, new Meta(recorded.round(), recorded.contribution(), recorded.lengthBytes()));
    }

    /** The engine as it is after the round. Durable on return; commit records of the round and before are gone. */
    public void settled(long round, ContentId root) {
        write(SETTLED, new Meta(round, root, 0));
        if (meta(COMMIT).filter(commit -> commit.round() > round).isEmpty()) {
            records.delete(COMMIT);
        }
    }

    /** The engine with another θ: a commit record beside it is of a θ that is left. Durable on return. */
    public void loaded(long round, ContentId root) {
        write(SETTLED, new Meta(round, root, 0));
        records.delete(COMMIT);
    }

    private void write(String name, Meta meta) {
        records.write(name, out -> {
            out.section(META, meta.bytes());
            engine.snapshot(out);
        });
    }

    /**
     * Brings the engine to where the disk says that it was: to the commit record if it is of the round after the
     * settled
     * one and of the same θ, else to the settlement, else to θ_0. Throws if the root is not the expected one.
     */
    public PeerInput.Memory restore(Genesis genesis) {
        Optional<Meta> settled = meta(SETTLED);
        long round = settled.map(Meta::round).orElse(0L);
        ContentId root = settled.map(Meta::content).orElse(genesis.thetaRoot());
        Optional<Meta> commit = meta(COMMIT).filter(c -> c.round() == round + 1 && isOf(root));
        if (commit.isEmpty()) {
            requireRoot(round, settled.isPresent() ? open(SETTLED) : engine.initialize(), root);
        }
        return new PeerInput.Memory(
                round,
                root,
                commit.map(c -> new PeerInput.Recorded(c.round(), c.content(), c.lengthBytes())),
                commit.map(c -> List.of(c.content())).orElse(List.of()));
    }

    private boolean isOf(ContentId root) {
        return open(COMMIT).equals(root);
    }

    private static void requireRoot(long round, ContentId root, ContentId expected) {
        if (!root.equals(expected)) {
            throw new IllegalStateException(
                    "state root after round " + round + ": " + root + " (expected: " + expected + ")");
        }
    }

    /** Restores the engine from a record that was read before; returns its state root. */
    private ContentId open(String name) {
        switch (records.read(name)) {
            case Records.Found found -> {
                try (Records.Opened record = found.record()) {
                    engine.restore(record);
                }
            }
            case Records.Absent() -> throw new IllegalStateException(name + ": gone (expected: one writer)");
            case Records.Damaged(String reason) -> throw new IllegalStateException(reason);
        }
        return engine.stateRoot();
    }

    private Optional<Meta> meta(String name) {
        return switch (records.read(name)) {
            case Records.Absent() -> Optional.empty();
            case Records.Damaged(String reason) -> unusable(reason);
            case Records.Found found -> {
                try (Records.Opened record = found.record()) {
                    yield Optional.of(Meta.of(record));
                } catch (Malformed e) {
                    yield unusable(name + ": " + e.getMessage());
                }
            }
        };
    }

    private static Optional<Meta> unusable(String reason) {
        LOG.warn("a record is not used: {}", reason);
        return Optional.empty();
    }
}
