package covey.protocol.transfer;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where one fetch stands.
 *
 * @param transfer this node's number for the fetch
 * @param salt differs between nodes, so that they do not all prefer the same holders
 * @param holders who may be asked
 * @param pieces segments in the making
 * @param verified segments checked and written
 * @param lastAsk number of the last request
 * @param progressNs when something new arrived last, or the fetch began
 */
public record FetchState(
        ContentId id,
        int transfer,
        SegmentPlan plan,
        long salt,
        Phase phase,
        SortedMap<Hotkey, Holder> holders,
        SortedMap<Integer, Piece> pieces,
        Bitmap verified,
        int lastAsk,
        long progressNs) {

    /** Of a fetch, in this order. */
    public enum Phase {
        /** The list of the segments' hashes is fetched and checked against the content id. */
        LEAVES,
        SEGMENTS,
        /** All segments are verified; the store makes them one durable content. */
        COMPLETING,
        ENDED
    }

    /**
     * A holder as this fetch sees it.
     *
     * @param linked whether requests reach it
     * @param strikes bad segments that came from it alone
     * @param misses pauses in a row without anything new between them
     * @param eligibleNs not asked before this time
     * @param heardNs when anything came from it last
     * @param progressNs when something new came from it last, or it was first asked after a pause
     * @param quietNs how long it may be silent before it is asked again
     */
    public record Holder(
            boolean linked, int strikes, int misses, long eligibleNs, long heardNs, long progressNs, long quietNs) {
        static Holder fresh(long nowNs, FetchRules rules) {
            return new Holder(false, 0, 0, nowNs, nowNs, nowNs, rules.quietNs());
        }

        Holder link(boolean up, long nowNs) {
            return new Holder(up, strikes, misses, up ? nowNs : eligibleNs, heardNs, progressNs, quietNs);
        }

        Holder heard(long nowNs) {
            return new Holder(linked, strikes, misses, eligibleNs, nowNs, progressNs, quietNs);
        }

        Holder progress(long nowNs, FetchRules rules) {
            return new Holder(linked, strikes, 0, eligibleNs, nowNs, nowNs, rules.quietNs());
        }

        Holder asked(long nowNs) {
            return new Holder(linked, strikes, misses, eligibleNs, nowNs, nowNs, quietNs);
        }

        Holder silent() {
            return new Holder(linked, strikes, misses, eligibleNs, heardNs, progressNs, 2 * quietNs);
        }

        Holder pause(long untilNs) {
            return new Holder(linked, strikes, misses + 1, untilNs, heardNs, progressNs, quietNs);
        }

        Holder strike(long untilNs) {
            return new Holder(linked, strikes + 1, misses + 1, untilNs, heardNs, progressNs, quietNs);
        }

        boolean isOut() {
            return strikes >= FetchRules.STRIKES_MAX_COUNT;
        }
    }

    /**
     * A segment in the making.
     *
     * @param have units that arrived
     * @param asks requests that are open, by holder
     * @param givers by whom the units came: if it turns out bad, a single one is to blame
     * @param checking complete, and its hash is being compared
     * @param solo mixed units of several holders were bad: one holder alone is asked now
     */
    public record Piece(
            Bitmap have,
            SortedMap<Hotkey, Ask> asks,
            SortedMap<Hotkey, Boolean> givers,
            boolean checking,
            boolean solo) {
        static Piece empty(int units, boolean solo) {
            return new Piece(
                    Bitmap.empty(units), Collections.emptySortedMap(), Collections.emptySortedMap(), false, solo);
        }

        boolean isOrphan() {
            return !checking && asks.isEmpty();
        }

        Piece ask(Hotkey holder, Ask ask) {
            return new Piece(have, with(asks, holder, ask), givers, checking, solo);
        }

        Piece unask(Hotkey holder) {
            SortedMap<Hotkey, Ask> left = new TreeMap<>(asks);
            left.remove(holder);
            return solo && !checking ? empty(have.size(), true) : new Piece(have, left, givers, checking, solo);
        }

        Piece received(Hotkey holder, UnitRange units) {
            return new Piece(have.with(units), asks, with(givers, holder, true), checking, solo);
        }

        Piece check() {
            return new Piece(have, Collections.emptySortedMap(), givers, true, solo);
        }

        private static <V> SortedMap<Hotkey, V> with(SortedMap<Hotkey, V> map, Hotkey key, V value) {
            SortedMap<Hotkey, V> next = new TreeMap<>(map);
            next.put(key, value);
            return next;
        }
    }

    /**
     * A request that is open.
     *
     * @param number of the request
     * @param firstNs when this holder was first asked for the segment
     * @param askedNs when this request went out
     * @param endedNs when its answer was over, or went on after that, though units are missing; before {@link #OPEN}
     */
    public record Ask(int number, long firstNs, long askedNs, long endedNs) {
        static final long OPEN = Long.MAX_VALUE;

        boolean isEnded() {
            return endedNs != OPEN;
        }

        Ask ended(long nowNs) {
            return new Ask(number, firstNs, askedNs, nowNs);
        }
    }

    /** All holders in this node's own order. */
    public List<Hotkey> holdersInOrder() {
        return holders.keySet().stream()
                .sorted(Comparator.comparingLong(this::order).thenComparing(hotkey -> hotkey))
                .toList();
    }

    long order(Hotkey hotkey) {
        long z = (hotkey.hash().a() ^ salt) * 0xBF58476D1CE4E5B9L;
        return (z ^ z >>> 27) * 0x94D049BB133111EBL;
    }

    /** A fetch that begins. */
    public static FetchState start(ContentId id, int transfer, long lengthBytes, long salt, long nowNs) {
        SegmentPlan plan = new SegmentPlan(lengthBytes);
        return new FetchState(
                id,
                transfer,
                plan,
                salt,
                Phase.LEAVES,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Bitmap.empty(plan.segmentCount()),
                0,
                nowNs);
    }
}
