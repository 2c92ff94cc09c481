package covey.protocol.ledger;

import covey.protocol.assign.DataCursor;
import covey.protocol.ledger.LedgerState.Checkpoint;
import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Rounds.Standing;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.EconomyCodec;
import covey.protocol.ledger.trust.Findings;
import covey.protocol.ledger.trust.Trust;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The one encoding of a ledger state, slice by slice; its hash stands in every certificate (rules A2, B8, C3). Decoding
 * checks each length before it allocates and takes only what encodes to the same bytes again; whether a state is the
 * ledger's, its hash says.
 */
public final class StateCodec {
    private static final byte[] DOMAIN = "covey/1/state".getBytes(StandardCharsets.US_ASCII);
    private static final int HALTED_MAX_BYTES = 256;

    private StateCodec() {}

    public static Hash hash(LedgerState state, Crypto crypto) {
        return crypto.sha256().update(DOMAIN).update(encode(state)).finish();
    }

    public static byte[] encode(LedgerState state) {
        ByteWriter out = new ByteWriter(4096);
        out.i64(state.height()).hash(state.blockHash()).i64(state.timeMs()).hash(state.beacon());
        all(out, state.registry().entries(), StateCodec::entry);
        map(out, state.nonces(), StateCodec::nonces);
        rounds(out, state.rounds());
        trusts(out, state.trusts());
        state.economy().ifPresent(economy -> EconomyCodec.write(out, economy));
        return out.toByteArray();
    }

    private static void entry(ByteWriter out, Entry entry) {
        key(out, entry.hotkey());
        key(out, entry.coldkey());
        out.u8(entry.roles()).text(entry.label()).i32(entry.trustQ16()).i64(entry.stake());
    }

    private static void trusts(ByteWriter out, Trusts trusts) {
        map(out.bool(trusts.begun()), trusts.passed(), (o, trust) -> o.u8(trust.passed()));
        out.i32(trusts.open().size());
        trusts.open().forEach((round, findings) -> {
            map(out.i64(round), findings.stakes(), ByteWriter::i64);
            map(
                    out,
                    findings.tallies(),
                    (o, t) -> o.i64(t.judges()).i64(t.passed()).i64(t.failed()));
            all(out, findings.spoken(), StateCodec::key);
        });
    }

    private static void nonces(ByteWriter out, SortedMap<Long, Long> expiries) {
        out.i32(expiries.size());
        expiries.forEach((nonce, expiryHeight) -> out.i64(nonce).i64(expiryHeight));
    }

    private static void rounds(ByteWriter out, Rounds rounds) {
        optional(out, rounds.current(), StateCodec::round);
        out.i64(rounds.lastSealed()).i64(rounds.appliedRounds());
        all(out, rounds.sealed().values(), StateCodec::sealed);
        out.i32(rounds.roots().size());
        rounds.roots().forEach((round, said) -> map(out.i64(round), said, StateCodec::content));
        out.i32(rounds.agreed().size());
        rounds.agreed().forEach((round, root) -> content(out.i64(round), root));
        optional(out, rounds.checkpoint(), StateCodec::checkpoint);
        map(out, rounds.standings(), StateCodec::standing);
        data(out, rounds.data());
        out.i64(rounds.readyCount());
        optional(out, rounds.halted(), ByteWriter::text);
    }

    private static void data(ByteWriter out, DataCursor data) {
        out.i64(data.pass()).i64(data.position());
        all(out, data.returned(), ByteWriter::i64);
    }

    private static void round(ByteWriter out, RoundState round) {
        mark(out.i64(round.round()), round.open());
        all(out, round.eligible(), StateCodec::key);
        all(out, round.spares(), StateCodec::key);
        map(out, round.stakes(), ByteWriter::i64);
        all(out, round.absent(), StateCodec::key);
        all(out, round.suspended(), StateCodec::key);
        all(out, round.slots(), ByteWriter::i64);
        all(out.i64(round.pass()), round.commits(), StateCodec::commitment);
        optional(out, round.closed(), StateCodec::mark);
        map(out, round.verdicts(), StateCodec::verdicts);
        all(out, round.attested(), StateCodec::key);
        optional(out, round.attestedAt(), StateCodec::mark);
        map(out, round.holds(), ByteWriter::sized);
    }

    private static void verdicts(ByteWriter out, SortedMap<ContentId, Integer> codes) {
        out.i32(codes.size());
        codes.forEach((contribution, code) -> out.hash(contribution.hash()).u16(code));
    }

    private static void sealed(ByteWriter out, SealedRound sealed) {
        mark(out.i64(sealed.round()), sealed.open());
        mark(out, sealed.closed());
        mark(out, sealed.sealed());
        all(out, sealed.collectSet(), StateCodec::commitment);
        all(out, sealed.unselected(), StateCodec::commitment);
        all(out, sealed.refused(), StateCodec::refused);
    }

    private static void refused(ByteWriter out, Refused refused) {
        key(out, refused.hotkey());
        content(out, refused.contribution());
        out.u16(refused.code());
    }

    private static void commitment(ByteWriter out, Commitment commitment) {
        key(out, commitment.hotkey());
        content(out, commitment.contribution());
        out.i64(commitment.lengthBytes())
                .i64(commitment.height())
                .i64(commitment.timeMs())
                .i32(commitment.trustQ16());
    }

    private static void mark(ByteWriter out, Mark mark) {
        out.i64(mark.height()).i64(mark.timeMs()).hash(mark.beacon());
    }

    private static void checkpoint(ByteWriter out, Checkpoint checkpoint) {
        content(out.i64(checkpoint.round()), checkpoint.root());
        all(out, checkpoint.signers(), StateCodec::key);
    }

    private static void standing(ByteWriter out, Standing standing) {
        out.i64(standing.readyRound())
                .i64(standing.readyOrder())
                .bool(standing.absent())
                .bool(standing.suspended())
                .bool(standing.returning())
                .i32(standing.unfetchedCount())
                .i64(standing.barredThrough());
    }

    private static void key(ByteWriter out, Hotkey hotkey) {
        out.hash(hotkey.hash());
    }

    private static void content(ByteWriter out, ContentId content) {
        out.hash(content.hash());
    }

    private static <T> void all(ByteWriter out, Collection<T> values, BiConsumer<ByteWriter, ? super T> write) {
        out.i32(values.size());
        values.forEach(value -> write.accept(out, value));
    }

    private static <T> void map(ByteWriter out, SortedMap<Hotkey, T> values, BiConsumer<ByteWriter, ? super T> write) {
        out.i32(values.size());
        values.forEach((hotkey, value) -> write.accept(out.hash(hotkey.hash()), value));
    }

    private static <T> void optional(ByteWriter out, Optional<T> value, BiConsumer<ByteWriter, ? super T> write) {
        out.bool(value.isPresent());
        value.ifPresent(v -> write.accept(out, v));
    }

    // ---- reading

    public static LedgerState decode(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        LedgerState state = new LedgerState(
                in.i64(),
                in.hash(),
                in.i64(),
                in.hash(),
                readRegistry(in),
                readMap(in, StateCodec::readNonces),
                readRounds(in),
                readTrusts(in),
                readEconomy(in));
        in.end();
        if (!Arrays.equals(encode(state), bytes)) {
            throw new Malformed("state: not canonical (expected: keys in order, each once)");
        }
        return state;
    }

    /** Reads one value. */
    private interface Read<T> {
        T from(ByteReader in) throws Malformed;
    }

    /** The last slice stands there only in a run with an asset. */
    private static Optional<Economy> readEconomy(ByteReader in) throws Malformed {
        return in.remaining() == 0 ? Optional.empty() : Optional.of(EconomyCodec.read(in));
    }

    private static Registry readRegistry(ByteReader in) throws Malformed {
        SortedMap<Hotkey, Entry> entries = new TreeMap<>();
        for (Entry entry : readAll(in, StateCodec::readEntry)) {
            entries.put(entry.hotkey(), entry);
        }
        return new Registry(Collections.unmodifiableSortedMap(entries));
    }

    private static Entry readEntry(ByteReader in) throws Malformed {
        return new Entry(readKey(in), readKey(in), in.u8(), in.text(Limits.LABEL_MAX_BYTES), in.i32(), in.i64());
    }

    private static Trusts readTrusts(ByteReader in) throws Malformed {
        return new Trusts(
                in.bool(),
                readMap(in, r -> new Trust(r.u8())),
                readPairs(
                        in,
                        ByteReader::i64,
                        r -> new Findings(
                                readMap(r, ByteReader::i64),
                                readMap(r, t -> new Findings.Tally(t.i64(), t.i64(), t.i64())),
                                readSet(r))));
    }

    private static SortedMap<Long, Long> readNonces(ByteReader in) throws Malformed {
        return readPairs(in, ByteReader::i64, ByteReader::i64);
    }

    private static Rounds readRounds(ByteReader in) throws Malformed {
        Optional<RoundState> current = readOptional(in, StateCodec::readRound);
        long lastSealed = in.i64();
        long appliedRounds = in.i64();
        SortedMap<Long, SealedRound> sealed = new TreeMap<>();
        for (SealedRound round : readAll(in, StateCodec::readSealed)) {
            sealed.put(round.round(), round);
        }
        return new Rounds(
                current,
                lastSealed,
                appliedRounds,
                Collections.unmodifiableSortedMap(sealed),
                readPairs(in, ByteReader::i64, r -> readMap(r, StateCodec::readContent)),
                readPairs(in, ByteReader::i64, StateCodec::readContent),
                readOptional(in, StateCodec::readCheckpoint),
                readMap(in, StateCodec::readStanding),
                readData(in),
                in.i64(),
                readOptional(in, r -> r.text(HALTED_MAX_BYTES)));
    }

    private static DataCursor readData(ByteReader in) throws Malformed {
        long pass = in.i64();
        long position = in.i64();
        if (pass < 0 || position < 0) {
            throw new Malformed("cursor: pass " + pass + ", position " + position + " (expected: at least 0)");
        }
        return new DataCursor(pass, position, readAll(in, ByteReader::i64));
    }

    private static RoundState readRound(ByteReader in) throws Malformed {
        return new RoundState(
                in.i64(),
                readMark(in),
                readAll(in, StateCodec::readKey),
                readAll(in, StateCodec::readKey),
                readMap(in, ByteReader::i64),
                readSet(in),
                readSet(in),
                readAll(in, ByteReader::i64),
                in.i64(),
                readAll(in, StateCodec::readCommitment),
                readOptional(in, StateCodec::readMark),
                readMap(in, r -> readPairs(r, StateCodec::readContent, ByteReader::u16)),
                readSet(in),
                readOptional(in, StateCodec::readMark),
                readMap(in, r -> r.sized(Limits.HOLDS_MAX_BYTES)));
    }

    private static SealedRound readSealed(ByteReader in) throws Malformed {
        return new SealedRound(
                in.i64(),
                readMark(in),
                readMark(in),
                readMark(in),
                readAll(in, StateCodec::readCommitment),
                readAll(in, StateCodec::readCommitment),
                readAll(in, r -> new Refused(readKey(r), readContent(r), r.u16())));
    }

    private static Commitment readCommitment(ByteReader in) throws Malformed {
        return new Commitment(readKey(in), readContent(in), in.i64(), in.i64(), in.i64(), in.i32());
    }

    private static Mark readMark(ByteReader in) throws Malformed {
        return new Mark(in.i64(), in.i64(), in.hash());
    }

    private static Checkpoint readCheckpoint(ByteReader in) throws Malformed {
        return new Checkpoint(in.i64(), readContent(in), readAll(in, StateCodec::readKey));
    }

    private static Standing readStanding(ByteReader in) throws Malformed {
        return new Standing(in.i64(), in.i64(), in.bool(), in.bool(), in.bool(), in.i32(), in.i64());
    }

    private static Hotkey readKey(ByteReader in) throws Malformed {
        return new Hotkey(in.hash());
    }

    private static ContentId readContent(ByteReader in) throws Malformed {
        return new ContentId(in.hash());
    }

    /** Each element takes at least a byte, so the count is checked against what is left. */
    private static <T> List<T> readAll(ByteReader in, Read<T> read) throws Malformed {
        int count = in.count(in.remaining());
        List<T> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(read.from(in));
        }
        return List.copyOf(all);
    }

    private static SortedSet<Hotkey> readSet(ByteReader in) throws Malformed {
        return Collections.unmodifiableSortedSet(new TreeSet<>(readAll(in, StateCodec::readKey)));
    }

    private static <T> SortedMap<Hotkey, T> readMap(ByteReader in, Read<T> read) throws Malformed {
        return readPairs(in, StateCodec::readKey, read);
    }

    private static <K extends Comparable<K>, T> SortedMap<K, T> readPairs(ByteReader in, Read<K> key, Read<T> value)
            throws Malformed {
        int count = in.count(in.remaining());
        SortedMap<K, T> map = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            map.put(key.from(in), value.from(in));
        }
        return Collections.unmodifiableSortedMap(map);
    }

    private static <T> Optional<T> readOptional(ByteReader in, Read<T> read) throws Malformed {
        return in.bool() ? Optional.of(read.from(in)) : Optional.empty();
    }
}
