package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Economy.Seat;
import covey.protocol.ledger.economy.Economy.Stream;
import covey.protocol.ledger.economy.Economy.Totals;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.ledger.economy.Mechanism.Commit;
import covey.protocol.ledger.economy.Mechanism.Row;
import covey.protocol.ledger.economy.Mechanism.Score;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import covey.protocol.yuma.EpochInput.Cell;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The one encoding of the asset's slice of the ledger state; read back with each length checked. */
public final class EconomyCodec {
    private EconomyCodec() {}

    public static void write(ByteWriter out, Economy economy) {
        Totals t = economy.totals();
        out.i64(t.issued())
                .i64(t.burned())
                .i64(t.uidPrice())
                .i64(t.mechanismPrice())
                .i64(t.nextStream());
        map(out, economy.free(), ByteWriter::i64);
        map(out, economy.stakes(), (o, stakers) -> map(o, stakers, ByteWriter::i64));
        map(out, economy.takes(), ByteWriter::u16);
        all(out, economy.seats().values(), EconomyCodec::seat);
        all(out, economy.mechanisms().values(), EconomyCodec::mechanism);
        all(out, economy.streams().values(), EconomyCodec::stream);
        map(out, economy.votes(), EconomyCodec::votes);
    }

    private static void votes(ByteWriter out, SortedMap<Integer, Integer> votes) {
        out.i32(votes.size());
        votes.forEach((id, value) -> out.u8(id).u16(value));
    }

    private static void seat(ByteWriter out, Seat seat) {
        key(out, seat.hotkey());
        out.i64(seat.registered()).text(seat.address()).i64(seat.served());
    }

    private static void stream(ByteWriter out, Stream s) {
        out.i64(s.id());
        key(out, s.owner());
        key(out, s.root());
        out.u8(s.percent());
        all(out, s.recipients(), (o, r) -> {
            key(o, r.account());
            o.u16(r.weight());
        });
        out.i32(s.intervalBlocks())
                .i64(s.opened())
                .i64(s.endHeight())
                .i64(s.revocableFrom())
                .i64(s.gathered());
    }

    private static void mechanism(ByteWriter out, Mechanism m) {
        out.text(m.name()).bool(m.owner().isPresent());
        m.owner().ifPresent(owner -> key(out, owner));
        TermsCodec.write(out.hash(m.description()), m.terms());
        out.i32(m.termsVersion()).i64(m.epoch()).i64(m.lastEpochHeight()).i64(m.pending());
        all(out, m.rows().values(), EconomyCodec::row);
    }

    private static void row(ByteWriter out, Row row) {
        all(out, row.weights(), EconomyCodec::cell);
        all(out, row.bonds(), EconomyCodec::cell);
        out.i64(row.lastUpdate());
        all(out, row.commits(), (o, c) -> o.hash(c.hash()).i64(c.height()).i64(c.epoch()));
        out.bool(row.resetsBonds()).bool(row.follows().isPresent());
        row.follows().ifPresent(out::u16);
        Score s = row.score();
        out.bool(row.permit()).bool(s.active()).u16(s.consensus()).u16(s.trust());
        out.u16(s.incentive()).u16(s.dividends()).i64(s.pay());
    }

    private static void cell(ByteWriter out, Cell cell) {
        out.u16(cell.uid()).u16(cell.value());
    }

    private static void key(ByteWriter out, Hotkey key) {
        out.hash(key.hash());
    }

    private static <T> void all(ByteWriter out, Collection<T> values, BiConsumer<ByteWriter, ? super T> write) {
        out.i32(values.size());
        values.forEach(value -> write.accept(out, value));
    }

    private static <T> void map(ByteWriter out, SortedMap<Hotkey, T> values, BiConsumer<ByteWriter, ? super T> write) {
        out.i32(values.size());
        values.forEach((hotkey, value) -> write.accept(out.hash(hotkey.hash()), value));
    }

    // ---- reading

    /** Reads one value. */
    private interface Read<T> {
        T from(ByteReader in) throws Malformed;
    }

    /** The caller checks that the result encodes to the same bytes. */
    public static Economy read(ByteReader in) throws Malformed {
        return new Economy(
                new Totals(in.i64(), in.i64(), in.i64(), in.i64(), in.i64()),
                readMap(in, ByteReader::i64),
                readMap(in, r -> readMap(r, ByteReader::i64)),
                readMap(in, ByteReader::u16),
                numbered(readAll(in, EconomyCodec::readSeat)),
                readMechanisms(in),
                readStreams(in),
                readMap(in, EconomyCodec::readVotes));
    }

    private static <T> SortedMap<Integer, T> numbered(List<T> values) {
        SortedMap<Integer, T> map = new TreeMap<>();
        values.forEach(value -> map.put(map.size(), value));
        return Collections.unmodifiableSortedMap(map);
    }

    private static SortedMap<Integer, Integer> readVotes(ByteReader in) throws Malformed {
        SortedMap<Integer, Integer> votes = new TreeMap<>();
        int count = in.count(in.remaining());
        for (int i = 0; i < count; i++) {
            votes.put(in.u8(), in.u16());
        }
        return Collections.unmodifiableSortedMap(votes);
    }

    private static Seat readSeat(ByteReader in) throws Malformed {
        return new Seat(readKey(in), in.i64(), in.text(Limits.ADDRESS_MAX_BYTES), in.i64());
    }

    private static SortedMap<Long, Stream> readStreams(ByteReader in) throws Malformed {
        SortedMap<Long, Stream> streams = new TreeMap<>();
        for (Stream stream : readAll(in, EconomyCodec::readStream)) {
            streams.put(stream.id(), stream);
        }
        return Collections.unmodifiableSortedMap(streams);
    }

    private static Stream readStream(ByteReader in) throws Malformed {
        return new Stream(
                in.i64(),
                readKey(in),
                readKey(in),
                in.u8(),
                readAll(in, r -> new Share(readKey(r), r.u16())),
                in.i32(),
                in.i64(),
                in.i64(),
                in.i64(),
                in.i64());
    }

    private static SortedMap<Integer, Mechanism> readMechanisms(ByteReader in) throws Malformed {
        int count = in.count(Limits.MECHANISMS_MAX_COUNT);
        SortedMap<Integer, Mechanism> mechanisms = new TreeMap<>();
        for (int id = 0; id < count; id++) {
            mechanisms.put(id, readMechanism(id, in));
        }
        return Collections.unmodifiableSortedMap(mechanisms);
    }

    private static Mechanism readMechanism(int id, ByteReader in) throws Malformed {
        return new Mechanism(
                id,
                in.text(Limits.LABEL_MAX_BYTES),
                in.bool() ? Optional.of(readKey(in)) : Optional.empty(),
                in.hash(),
                TermsCodec.read(in),
                in.i32(),
                in.i64(),
                in.i64(),
                in.i64(),
                numbered(readAll(in, EconomyCodec::readRow)));
    }

    private static Row readRow(ByteReader in) throws Malformed {
        return new Row(
                readAll(in, EconomyCodec::readCell),
                readAll(in, EconomyCodec::readCell),
                in.i64(),
                readAll(in, r -> new Commit(r.hash(), r.i64(), r.i64())),
                in.bool(),
                in.bool() ? OptionalInt.of(in.u16()) : OptionalInt.empty(),
                in.bool(),
                new Score(in.bool(), in.u16(), in.u16(), in.u16(), in.u16(), in.i64()));
    }

    private static Cell readCell(ByteReader in) throws Malformed {
        return new Cell(in.u16(), in.u16());
    }

    private static Hotkey readKey(ByteReader in) throws Malformed {
        return new Hotkey(in.hash());
    }

    private static <T> SortedMap<Hotkey, T> readMap(ByteReader in, Read<T> read) throws Malformed {
        int count = in.count(in.remaining());
        SortedMap<Hotkey, T> map = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            map.put(readKey(in), read.from(in));
        }
        return Collections.unmodifiableSortedMap(map);
    }

    /** Each element takes at least a byte, so the count is checked against what is left. */
    private static <T> List<T> readAll(ByteReader in, Read<T> read) throws Malformed {
        int count = in.count(in.remaining());
        List<T> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(read.from(in));
        }
        return all;
    }
}
