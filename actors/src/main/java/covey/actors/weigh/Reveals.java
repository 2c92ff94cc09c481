package covey.actors.weigh;

import covey.actors.keep.SmallRecord;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of weights with their salts, on disk from before their commit until they were revealed or are of no use: a
 * validator that loses a salt loses an epoch's say. For one thread.
 */
final class Reveals {
    /** @param epoch of the mechanism in which the row was due */
    record Kept(long epoch, RevealWeights reveal) {}

    private final SmallRecord record;
    private final List<Kept> kept;

    /** With what an earlier life left; a damaged record costs the reveals that were in it. */
    Reveals(Records records) {
        record = new SmallRecord(records, "weights");
        kept = new ArrayList<>(record.read(Reveals::decode, List.of()));
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
        record.write(encode());
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

    private static List<Kept> decode(ByteReader in) throws Malformed {
        List<Kept> kept = new ArrayList<>();
        int count = in.i32();
        for (int i = 0; i < count; i++) {
            long epoch = in.i64();
            int mechanism = in.i32();
            long versionKey = in.i64();
            SetWeights row = new SetWeights(mechanism, numbers(in), numbers(in), versionKey);
            kept.add(new Kept(epoch, new RevealWeights(row, numbers(in))));
        }
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
