package covey.protocol.score;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.LedgerState.Checkpoint;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How reliably peers give segments of contents that they are bound to hold, as one validator sees it: the scorer of the
 * mechanism "availability". Immutable.
 */
public record Availability(SortedMap<Hotkey, Record> peers) {
    public static final Availability EMPTY = new Availability(Collections.emptySortedMap());

    /** Challenges before a peer gets weight. */
    private static final int NEEDED = 3;
    /** An answer moves the share by 1/8 of the way. */
    private static final int MEMORY = 8;

    /**
     * @param asked challenges
     * @param answered those that were answered
     * @param shareQ16 of late challenges that were answered, 0 to 65536
     */
    public record Record(long asked, long answered, int shareQ16) {
        private static final Record NONE = new Record(0, 0, 0);

        private Record after(boolean hit) {
            int target = hit ? Limits.FACTOR_ONE : 0;
            int step = hit ? Math.ceilDiv(target - shareQ16, MEMORY) : Math.floorDiv(target - shareQ16, MEMORY);
            int share = asked == 0 ? target : shareQ16 + step;
            return new Record(asked + 1, answered + (hit ? 1 : 0), share);
        }
    }

    /** What the ledger says that a peer holds. */
    public record Claim(ContentId content, long lengthBytes) {}

    public Availability {
        peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    }

    /** After one challenge. */
    public Availability after(Hotkey peer, boolean answered) {
        TreeMap<Hotkey, Record> next = new TreeMap<>(peers);
        next.put(peer, peers.getOrDefault(peer, Record.NONE).after(answered));
        return new Availability(next);
    }

    /** Without those that left. */
    public Availability only(Predicate<Hotkey> present) {
        TreeMap<Hotkey, Record> next = new TreeMap<>(peers);
        next.keySet().removeIf(present.negate());
        return new Availability(next);
    }

    /** By hotkey, 1 to 65535, in proportion to what was answered lately. */
    public SortedMap<Hotkey, Integer> weights() {
        TreeMap<Hotkey, Integer> weights = new TreeMap<>();
        peers.forEach((peer, record) -> {
            int weight = Math.min(Weights.MAX, record.shareQ16());
            if (record.asked() >= NEEDED && weight > 0) {
                weights.put(peer, weight);
            }
        });
        return weights;
    }

    /**
     * What a peer must give to whoever asks: the last checkpoint that it signed, and its own contributions of rounds
     * after it (rules D5, D11).
     *
     * @param parametersBytes length of θ
     */
    public static List<Claim> claims(LedgerState ledger, Hotkey peer, long parametersBytes) {
        List<Claim> claims = new ArrayList<>();
        ledger.checkpoint()
                .filter(checkpoint -> checkpoint.signers().contains(peer))
                .ifPresent(checkpoint -> claims.add(new Claim(checkpoint.root(), parametersBytes)));
        long since = ledger.checkpoint().map(Checkpoint::round).orElse(0L);
        for (SealedRound sealed : ledger.rounds().sealed().values()) {
            if (sealed.round() > since) {
                sealed.collectSet().stream()
                        .filter(commitment -> commitment.hotkey().equals(peer))
                        .forEach(c -> claims.add(new Claim(c.contribution(), c.lengthBytes())));
            }
        }
        return List.copyOf(claims);
    }
}
