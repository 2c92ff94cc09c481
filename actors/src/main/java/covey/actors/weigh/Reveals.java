package covey.actors.weigh;

import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.WeightTurn;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.Records;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of weights with their salts, on disk from before their commit until they were revealed or are of no use: a
 * validator that loses a salt loses an epoch's say. For one thread.
 */
final class Reveals {
    private static final String NAME = "weights";
    private static final String SECTION = "reveals";
    private static final Logger LOG = LoggerFactory.getLogger(Reveals.class);

    /** @param epoch of the mechanism in which the row was due */
    record Kept(long epoch, RevealWeights reveal) {}

    private final Records records;
    private final List<Kept> kept;

    private Reveals(Records records, List<Kept> kept) {
        this.records = records;
        this.kept = new ArrayList<>(kept);
    }

    /** What an earlier life left. A damaged record costs the reveals that were in it. */
    static Reveals open(Records records) {
        return new Reveals(
                records,
                switch (records.read(NAME)) {
                    case Records.Absent() -> List.of();
                    case Records.Damaged(String reason) -> unusable(reason);
                    case Records.Found found -> {
                        try (Records.Opened record = found.record()) {
                            yield decode(record.section(SECTION).toArray(ValueLayout.JAVA_BYTE));
                        } catch (Malformed e) {
                            yield unusable(NAME + ": " + e.getMessage());
                        }
                    }
                });
    }

    private static List<Kept> unusable(String reason) {
        LOG.warn("weights that were committed cannot be revealed: {}", reason);
        return List.of();
    }

    Optional<RevealWeights> of(int mechanism, long epoch) {
        return kept.stream()
                .filter(k -> k.epoch() == epoch && k.reveal().weights().mechanism() == mechanism)
                .map(Kept::reveal)
                .findFirst();
    }

    Optional<RevealWeights> of(Hotkey hotkey, Hash commit) {
        return kept.stream()
                .map(Kept::reveal)
                .filter(reveal -> WeightTurn.commitOf(hotkey, reveal).equals(commit))
                .findFirst();
    }

    /** Durable on return. Dropped are those that no epoch can want any more. */
    void keep(long epoch, RevealWeights reveal) {
        kept.add(new Kept(epoch, reveal));
        int mechanism = reveal.weights().mechanism();
        long oldest = epoch - Limits.REVEAL_EPOCHS_MAX - 1;
        kept.removeIf(k -> k.reveal().weights().mechanism() == mechanism && k.epoch() < oldest);
        byte[] bytes = encode();
        records.write(NAME, out -> out.section(SECTION, MemorySegment.ofArray(bytes)));
    }

    private byte[] encode() {
        ByteWriter out = new ByteWriter().i32(kept.size());
        for (Kept k : kept) {
            SetWeights row = k.reveal().weights();
            out.i64(k.epoch()).i32(row.mechanism()).i64(row.versionKey());
            numbers(out, row.uids());
            numbers(out, row.values());
            numbers(out, k.reveal().salt());
        }
        return out.toByteArray();
    }

    private static void numbers(ByteWriter out, List<Integer> numbers) {
        out.i32(numbers.size());
        numbers.forEach(out::i32);
    }

    private static List<Kept> decode(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        List<Kept> kept = new ArrayList<>();
        int count = in.i32();
        for (int i = 0; i < count; i++) {
            long epoch = in.i64();
            int mechanism = in.i32();
            long versionKey = in.i64();
            SetWeights row = new SetWeights(mechanism, numbers(in), numbers(in), versionKey);
            kept.add(new Kept(epoch, new RevealWeights(row, numbers(in))));
        }
        in.end();
        return kept;
    }

    private static List<Integer> numbers(ByteReader in) throws Malformed {
        int count = in.i32();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(in.i32());
        }
        return numbers;
    }
}
