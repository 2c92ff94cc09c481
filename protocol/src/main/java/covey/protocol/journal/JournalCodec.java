package covey.protocol.journal;

import covey.protocol.journal.JournalEntry.Block;
import covey.protocol.journal.JournalEntry.Body;
import covey.protocol.journal.JournalEntry.Input;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.StateCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.round.PeerInput.Memory;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one encoding of a journal entry: kind, body, hash of the effects (rule E1). Bounded by {@link
 * Limits#JOURNAL_ENTRY_MAX_BYTES}; decoding refuses what encoding doesn't write. Thread-safe.
 */
public final class JournalCodec {
    private static final int BLOCK = 1;
    private static final int STORED = 2;
    private static final int JUDGED = 3;
    private static final int TRAINED = 4;
    private static final int RECORDED = 5;
    private static final int NOT_FINITE = 6;
    private static final int SETTLED = 7;
    private static final int LOADED = 8;
    private static final int RESTARTED = 9;
    private static final int NOT_FETCHED = 10;

    private final Crypto crypto;
    private final Function<LedgerState, Hash> stateHash;

    public JournalCodec(Crypto crypto) {
        this(crypto, state -> StateCodec.hash(state, crypto));
    }

    /** @param stateHash that of {@link StateCodec}, for whoever has it already */
    public JournalCodec(Crypto crypto, Function<LedgerState, Hash> stateHash) {
        this.crypto = crypto;
        this.stateHash = stateHash;
    }

    /** The entry for an input and what {@link covey.protocol.round.PeerMachine} made of it. */
    public JournalEntry entry(PeerInput input, List<PeerEffect> effects) {
        return new JournalEntry(body(input), EffectHash.of(effects, crypto));
    }

    private Body body(PeerInput input) {
        return input instanceof PeerInput.Advanced advanced
                ? new Block(advanced.state().height(), stateHash.apply(advanced.state()))
                : new Input(input);
    }

    /** Throws IllegalArgumentException for an entry above the bound: more contents on disk than a node may have. */
    public Bytes encode(JournalEntry entry) {
        ByteWriter out = new ByteWriter();
        switch (entry.body()) {
            case Block b -> out.u8(BLOCK).i64(b.height()).hash(b.stateHash());
            case Input i -> write(out, i.input());
        }
        out.hash(entry.effects());
        if (out.size() > Limits.JOURNAL_ENTRY_MAX_BYTES) {
            throw new IllegalArgumentException("journal entry: " + out.size() + " bytes (expected: at most "
                    + Limits.JOURNAL_ENTRY_MAX_BYTES + ")");
        }
        return out.toBytes();
    }

    private static void write(ByteWriter out, PeerInput input) {
        switch (input) {
            case PeerInput.Advanced _ -> throw new IllegalArgumentException("input: Advanced (expected: as a Block)");
            case PeerInput.Stored i -> out.u8(STORED).hash(i.content().hash());
            case PeerInput.NotFetched i -> out.u8(NOT_FETCHED).hash(i.content().hash());
            case PeerInput.Judged i ->
                out.u8(JUDGED).hash(i.contribution().hash()).i32(i.code());
            case PeerInput.Trained i -> out.u8(TRAINED).i64(i.round()).i32(i.steps());
            case PeerInput.Recorded i -> recorded(out.u8(RECORDED), i);
            case PeerInput.NotFinite i -> out.u8(NOT_FINITE).i64(i.round());
            case PeerInput.Settled i ->
                out.u8(SETTLED).i64(i.round()).hash(i.root().hash());
            case PeerInput.Loaded i ->
                out.u8(LOADED).i64(i.round()).hash(i.root().hash());
            case PeerInput.Restarted i -> memory(out.u8(RESTARTED), i.memory());
        }
    }

    private static void recorded(ByteWriter out, PeerInput.Recorded recorded) {
        out.i64(recorded.round()).hash(recorded.contribution().hash()).i64(recorded.lengthBytes());
    }

    private static void memory(ByteWriter out, Memory memory) {
        out.i64(memory.settledRound())
                .hash(memory.root().hash())
                .bool(memory.recorded().isPresent());
        memory.recorded().ifPresent(r -> recorded(out, r));
        out.i32(memory.stored().size());
        memory.stored().forEach(content -> out.hash(content.hash()));
    }

    public JournalEntry decode(Bytes bytes) throws Malformed {
        if (bytes.length() > Limits.JOURNAL_ENTRY_MAX_BYTES) {
            throw new Malformed("journal entry: " + bytes.length() + " bytes (expected: at most "
                    + Limits.JOURNAL_ENTRY_MAX_BYTES + ")");
        }
        ByteReader in = new ByteReader(bytes);
        Body body = readBody(in);
        Hash effects = in.hash();
        in.end();
        return new JournalEntry(body, effects);
    }

    private static Body readBody(ByteReader in) throws Malformed {
        int kind = in.u8();
        return switch (kind) {
            case BLOCK -> new Block(readRound(in), in.hash());
            case STORED -> new Input(new PeerInput.Stored(readId(in)));
            case NOT_FETCHED -> new Input(new PeerInput.NotFetched(readId(in)));
            case JUDGED -> new Input(new PeerInput.Judged(readId(in), in.count(0xFFFF)));
            case TRAINED -> new Input(new PeerInput.Trained(readRound(in), in.count(Limits.INNER_STEPS_MAX)));
            case RECORDED -> new Input(readRecorded(in));
            case NOT_FINITE -> new Input(new PeerInput.NotFinite(readRound(in)));
            case SETTLED -> new Input(new PeerInput.Settled(readRound(in), readId(in)));
            case LOADED -> new Input(new PeerInput.Loaded(readRound(in), readId(in)));
            case RESTARTED -> new Input(new PeerInput.Restarted(readMemory(in)));
            default -> throw new Malformed("journal entry kind: " + kind + " (expected: 1 to 10)");
        };
    }

    private static Memory readMemory(ByteReader in) throws Malformed {
        long settled = readRound(in);
        ContentId root = readId(in);
        Optional<PeerInput.Recorded> recorded = in.bool() ? Optional.of(readRecorded(in)) : Optional.empty();
        int count = in.count(in.remaining() / Hash.BYTES);
        List<ContentId> stored = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            stored.add(readId(in));
        }
        return new Memory(settled, root, recorded, stored);
    }

    private static PeerInput.Recorded readRecorded(ByteReader in) throws Malformed {
        long round = readRound(in);
        ContentId contribution = readId(in);
        long length = in.i64();
        if (length < 1 || length > Limits.CONTRIBUTION_MAX_BYTES) {
            throw new Malformed(
                    "contribution bytes: " + length + " (expected: 1 to " + Limits.CONTRIBUTION_MAX_BYTES + ")");
        }
        return new PeerInput.Recorded(round, contribution, length);
    }

    private static ContentId readId(ByteReader in) throws Malformed {
        return new ContentId(in.hash());
    }

    private static long readRound(ByteReader in) throws Malformed {
        long round = in.i64();
        if (round < 0) {
            throw new Malformed("round or height: " + round + " (expected: at least 0)");
        }
        return round;
    }
}
