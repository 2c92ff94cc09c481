package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The asset after a block. Immutable; no map holds a zero amount. Conserved: what is free, staked, pending in
 * mechanisms and gathered in streams is together what was issued less what was burned.
 *
 * @param free by account
 * @param stakes by hotkey, then account
 * @param takes by hotkey, where it is not the first
 * @param seats by uid, without gaps
 * @param mechanisms by id
 * @param streams by id
 * @param votes by hotkey: weights of mechanisms
 */
public record Economy(
        Totals totals,
        SortedMap<Hotkey, Long> free,
        SortedMap<Hotkey, SortedMap<Hotkey, Long>> stakes,
        SortedMap<Hotkey, Integer> takes,
        SortedMap<Integer, Seat> seats,
        SortedMap<Integer, Mechanism> mechanisms,
        SortedMap<Long, Stream> streams,
        SortedMap<Hotkey, SortedMap<Integer, Integer>> votes) {

    /**
     * @param issued units that were ever made
     * @param burned units that were destroyed
     * @param uidPrice what a uid costs in the next block
     * @param mechanismPrice what a mechanism costs in the next block
     * @param nextStream id of the next stream
     */
    public record Totals(long issued, long burned, long uidPrice, long mechanismPrice, long nextStream) {}

    /**
     * Who has a uid.
     *
     * @param registered height
     * @param address where it serves; empty if it never said
     * @param served height at which it said so
     */
    public record Seat(Hotkey hotkey, long registered, String address, long served) {}

    /**
     * An income stream.
     *
     * @param gathered units that wait for the next payment
     */
    public record Stream(
            long id,
            Hotkey owner,
            Hotkey root,
            int percent,
            List<Share> recipients,
            int intervalBlocks,
            long opened,
            long endHeight,
            long revocableFrom,
            long gathered) {
        public Stream {
            recipients = List.copyOf(recipients);
        }

        Stream withGathered(long next) {
            return new Stream(
                    id, owner, root, percent, recipients, intervalBlocks, opened, endHeight, revocableFrom, next);
        }
    }

    /** Units staked on a hotkey. */
    public long stakeOf(Hotkey hotkey) {
        SortedMap<Hotkey, Long> stakers = stakes.get(hotkey);
        return stakers == null ? 0 : sum(stakers);
    }

    public Optional<Integer> uidOf(Hotkey hotkey) {
        return seats.entrySet().stream()
                .filter(e -> e.getValue().hotkey().equals(hotkey))
                .map(e -> e.getKey())
                .findFirst();
    }

    /** All units that exist. */
    public long held() {
        long all = sum(free);
        for (SortedMap<Hotkey, Long> stakers : stakes.values()) {
            all += sum(stakers);
        }
        for (Mechanism mechanism : mechanisms.values()) {
            all += mechanism.pending();
        }
        for (Stream stream : streams.values()) {
            all += stream.gathered();
        }
        return all;
    }

    public boolean isConserved() {
        return held() == totals.issued() - totals.burned();
    }

    static long sum(SortedMap<Hotkey, Long> amounts) {
        long sum = 0;
        for (long amount : amounts.values()) {
            sum += amount;
        }
        return sum;
    }
}
