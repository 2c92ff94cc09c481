package covey.protocol.transfer;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.transfer.FetchState.Ask;
import covey.protocol.transfer.FetchState.Holder;
import covey.protocol.transfer.FetchState.Phase;
import covey.protocol.transfer.FetchState.Piece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A state of a fetch in the making: one input on one state. Maps are copied when first written. */
final class FetchTurn {
    private final FetchRules rules;
    private final FetchState from;
    private final SegmentPlan plan;
    private final List<FetchEffect> effects = new ArrayList<>();
    private Phase phase;
    private SortedMap<Hotkey, Holder> holders;
    private SortedMap<Integer, Piece> pieces;
    private Bitmap verified;
    private int lastAsk;
    private long progressNs;
    private boolean ownHolders;
    private boolean ownPieces;

    FetchTurn(FetchRules rules, FetchState from) {
        this.rules = rules;
        this.from = from;
        this.plan = from.plan();
        this.phase = from.phase();
        this.holders = from.holders();
        this.pieces = from.pieces();
        this.verified = from.verified();
        this.lastAsk = from.lastAsk();
        this.progressNs = from.progressNs();
    }

    FetchMachine.Transition finish() {
        FetchState next = new FetchState(
                from.id(),
                from.transfer(),
                plan,
                from.salt(),
                phase,
                ownHolders ? Collections.unmodifiableSortedMap(holders) : holders,
                ownPieces ? Collections.unmodifiableSortedMap(pieces) : pieces,
                verified,
                lastAsk,
                progressNs);
        return new FetchMachine.Transition(next, effects);
    }

    void add(long nowNs, List<Hotkey> hotkeys) {
        for (Hotkey hotkey : hotkeys) {
            if (!holders.containsKey(hotkey)) {
                put(hotkey, Holder.fresh(nowNs, rules));
            }
        }
    }

    void linked(long nowNs, Hotkey hotkey, boolean up) {
        Holder holder = holders.get(hotkey);
        if (holder != null && holder.linked() != up) {
            put(hotkey, holder.link(up, nowNs));
            if (!up) {
                unask(hotkey);
            }
        }
    }

    void arrived(FetchInput.Arrived input) {
        DataHeader header = input.header();
        Holder holder = holders.get(input.holder());
        if (holder == null || !plan.isUnits(header.segment(), header.offset(), input.lengthBytes())) {
            return;
        }
        put(input.holder(), holder.heard(input.nowNs()));
        endEarlier(input.holder(), header.ask(), input.nowNs());
        Piece piece = pieces.get(header.segment());
        Ask ask = piece == null ? null : piece.asks().get(input.holder());
        if (piece != null && ask != null) {
            UnitRange units = SegmentPlan.unitsAt(header.offset(), input.lengthBytes());
            receive(input, holder, end(piece, input, ask), units);
        }
    }

    /** Its last datagram ends an answer. One that seemed over and goes on has its pause for stragglers anew. */
    private static Piece end(Piece piece, FetchInput.Arrived input, Ask ask) {
        DataHeader header = input.header();
        return header.ask() == ask.number() && (header.last() || ask.isEnded())
                ? piece.ask(input.holder(), ask.ended(input.nowNs()))
                : piece;
    }

    private void receive(FetchInput.Arrived input, Holder holder, Piece piece, UnitRange units) {
        int segment = input.header().segment();
        if (piece.have().hasAll(units)) {
            put(segment, piece);
            return;
        }
        Piece more = piece.received(input.holder(), units);
        put(input.holder(), holder.progress(input.nowNs(), rules));
        progressNs = input.nowNs();
        effects.add(new FetchEffect.Keep());
        if (more.have().isFull()) {
            more.asks().keySet().stream()
                    .filter(other -> !other.equals(input.holder()))
                    .forEach(other -> stop(other, segment));
            effects.add(new FetchEffect.Check(segment));
            more = more.check();
        }
        put(segment, more);
    }

    /** A holder answers in order: what it was asked before this is over, even if the end of it was lost. */
    private void endEarlier(Hotkey holder, int number, long nowNs) {
        for (var entry : List.copyOf(pieces.entrySet())) {
            Ask ask = entry.getValue().asks().get(holder);
            if (ask != null && ask.number() < number && !ask.isEnded()) {
                put(entry.getKey(), entry.getValue().ask(holder, ask.ended(nowNs)));
            }
        }
    }

    void notHere(long nowNs, Hotkey hotkey) {
        Holder holder = holders.get(hotkey);
        if (holder != null) {
            pause(hotkey, holder, nowNs, rules.notHereNs());
        }
    }

    void opened(long nowNs, Bitmap present) {
        if (phase == Phase.LEAVES) {
            phase = Phase.SEGMENTS;
            verified = present;
            progressNs = nowNs;
            remove(SegmentPlan.LEAVES);
            completeIfFull();
        }
    }

    void checked(long nowNs, int segment, boolean good) {
        Piece piece = pieces.get(segment);
        if (piece == null || !piece.checking()) {
            return;
        }
        remove(segment);
        if (good) {
            verified = verified.with(segment);
            progressNs = nowNs;
            completeIfFull();
        } else if (piece.givers().size() > 1) {
            put(segment, Piece.empty(plan.unitsOf(segment), true));
        } else {
            strike(piece.givers().firstKey(), segment, nowNs);
        }
    }

    private void strike(Hotkey hotkey, int segment, long nowNs) {
        effects.add(new FetchEffect.Blame(hotkey, segment));
        Holder holder = holders.get(hotkey);
        if (holder != null) {
            put(hotkey, holder.strike(nowNs + backoff(holder, rules.stallNs())));
        }
    }

    private void completeIfFull() {
        if (verified.isFull()) {
            phase = Phase.COMPLETING;
            effects.add(new FetchEffect.Complete());
        }
    }

    void completed() {
        if (phase == Phase.COMPLETING) {
            end();
            effects.add(new FetchEffect.Fetched());
        }
    }

    void fail(String reason) {
        end();
        effects.add(new FetchEffect.Failed(reason));
    }

    void end() {
        pieces.forEach((segment, piece) -> piece.asks().keySet().forEach(holder -> stop(holder, segment)));
        pieces = new TreeMap<>();
        ownPieces = true;
        phase = Phase.ENDED;
    }

    void tick(long nowNs, int room) {
        if (phase == Phase.COMPLETING) {
            return;
        }
        if (!holders.isEmpty() && holders.values().stream().allMatch(Holder::isOut)) {
            fail("holders: all gave bad segments");
        } else if (nowNs - progressNs > rules.giveUpNs()
                && pieces.values().stream().noneMatch(Piece::checking)) {
            fail("holders: no progress for " + rules.giveUpNs() / 1_000_000 + " ms");
        } else {
            List.copyOf(holders.entrySet()).forEach(e -> dropIfStalled(e.getKey(), e.getValue(), nowNs));
            List.copyOf(pieces.entrySet()).forEach(e -> repair(e.getKey(), e.getValue(), nowNs));
            assign(nowNs, room);
        }
    }

    private void dropIfStalled(Hotkey hotkey, Holder holder, long nowNs) {
        if (nowNs - holder.progressNs() > rules.stallNs() && askCount(hotkey) > 0) {
            pause(hotkey, holder, nowNs, rules.stallNs());
        }
    }

    private void pause(Hotkey hotkey, Holder holder, long nowNs, long firstNs) {
        put(hotkey, holder.pause(nowNs + backoff(holder, firstNs)));
        unask(hotkey);
    }

    private long backoff(Holder holder, long firstNs) {
        return Math.min(rules.backoffMaxNs(), firstNs << Math.min(holder.misses(), 5));
    }

    /** Asks the same holder again for what its answer left out, or if it is silent. */
    private void repair(int segment, Piece piece, long nowNs) {
        piece.asks().forEach((hotkey, ask) -> {
            Holder holder = from.holders().get(hotkey);
            if (holder == null) {
                return;
            }
            boolean silent = nowNs - Math.max(ask.askedNs(), holder.heardNs()) > holder.quietNs();
            if (silent) {
                put(hotkey, holder.silent());
            }
            if (silent || ask.isEnded() && nowNs - ask.endedNs() >= rules.reorderNs()) {
                ask(hotkey, segment, ask.firstNs(), nowNs);
            }
        });
    }

    /** Gives each holder that has room a segment, one each, until no one wants more. */
    private void assign(long nowNs, int room) {
        List<Hotkey> useful = preferred(nowNs);
        int left = room;
        for (int round = 0; round < rules.windowSegments(); round++) {
            for (int rank = 0; rank < useful.size(); rank++) {
                Hotkey hotkey = useful.get(rank);
                if (askCount(hotkey) > round) {
                    continue;
                }
                int segment = next(hotkey, rank, useful.size(), left, nowNs);
                if (segment >= SegmentPlan.LEAVES) {
                    left -= pieces.containsKey(segment) ? 0 : 1;
                    first(hotkey, segment, nowNs);
                }
            }
        }
    }

    private void first(Hotkey hotkey, int segment, long nowNs) {
        Holder holder = holders.get(hotkey);
        if (holder != null && askCount(hotkey) == 0) {
            put(hotkey, holder.asked(nowNs));
        }
        if (!pieces.containsKey(segment)) {
            put(segment, Piece.empty(plan.unitsOf(segment), false));
        }
        ask(hotkey, segment, nowNs, nowNs);
    }

    /** Holders to use now: those at work first, then by strikes, then in this node's own order. */
    private List<Hotkey> preferred(long nowNs) {
        return holders.entrySet().stream()
                .filter(e -> e.getValue().linked()
                        && !e.getValue().isOut()
                        && nowNs >= e.getValue().eligibleNs())
                .map(e -> new Ranked(
                        e.getKey(), askCount(e.getKey()) > 0, e.getValue().strikes(), from.order(e.getKey())))
                .sorted()
                .limit(Limits.FETCH_HOLDERS_MAX_COUNT)
                .map(Ranked::hotkey)
                .toList();
    }

    private record Ranked(Hotkey hotkey, boolean working, int strikes, long order) implements Comparable<Ranked> {
        private static final Comparator<Ranked> ORDER = Comparator.comparing((Ranked r) -> !r.working)
                .thenComparingInt(Ranked::strikes)
                .thenComparingLong(Ranked::order)
                .thenComparing(Ranked::hotkey);

        @Override
        public int compareTo(Ranked other) {
            return ORDER.compare(this, other);
        }
    }

    /** The segment that this holder should be asked for now; below {@link SegmentPlan#LEAVES} if none. */
    private int next(Hotkey hotkey, int rank, int ranks, int room, long nowNs) {
        int none = SegmentPlan.LEAVES - 1;
        for (var entry : pieces.entrySet()) {
            if (entry.getValue().isOrphan()) {
                return entry.getKey();
            }
        }
        if (phase == Phase.LEAVES && pieces.isEmpty()) {
            return room > 0 ? SegmentPlan.LEAVES : none;
        }
        int fresh = phase == Phase.SEGMENTS ? fresh(rank, ranks) : -1;
        if (fresh >= 0) {
            return room > 0 ? fresh : none;
        }
        return askCount(hotkey) == 0 ? late(hotkey, nowNs) : none;
    }

    /** The first segment nobody works on, from this holder's own part of the content onwards. */
    private int fresh(int rank, int ranks) {
        int begin = (int) ((long) verified.size() * rank / ranks);
        int segment = untouched(begin);
        return segment >= 0 ? segment : untouched(0);
    }

    private int untouched(int begin) {
        int segment = verified.nextMissing(begin);
        while (segment >= 0 && pieces.containsKey(segment)) {
            segment = verified.nextMissing(segment + 1);
        }
        return segment;
    }

    /** Endgame: a piece that another holder should have given by now. */
    private int late(Hotkey hotkey, long nowNs) {
        long fairNs = rules.quietNs()
                + 2 * rules.windowSegments() * Limits.SEGMENT_BYTES * 1_000_000_000L / rules.grantBytesPerSecond();
        for (var entry : pieces.entrySet()) {
            Piece piece = entry.getValue();
            if (!piece.checking()
                    && !piece.solo()
                    && piece.asks().size() == 1
                    && !piece.asks().containsKey(hotkey)) {
                Ask ask = piece.asks().values().iterator().next();
                if (nowNs - ask.firstNs() > fairNs) {
                    return entry.getKey();
                }
            }
        }
        return SegmentPlan.LEAVES - 1;
    }

    private int askCount(Hotkey hotkey) {
        int count = 0;
        for (Piece piece : pieces.values()) {
            count += piece.asks().containsKey(hotkey) ? 1 : 0;
        }
        return count;
    }

    private void ask(Hotkey hotkey, int segment, long firstNs, long nowNs) {
        Piece piece = pieces.get(segment);
        if (piece != null) {
            List<UnitRange> missing = piece.have().missing(Limits.REQUEST_RANGES_MAX_COUNT);
            lastAsk = (lastAsk + 1) % DataHeader.ASK_END;
            put(segment, piece.ask(hotkey, new Ask(lastAsk, firstNs, nowNs, Ask.OPEN)));
            effects.add(new FetchEffect.Ask(hotkey, request(segment, missing)));
        }
    }

    private void stop(Hotkey hotkey, int segment) {
        effects.add(new FetchEffect.Ask(hotkey, request(segment, List.of())));
    }

    private TransferRequest request(int segment, List<UnitRange> ranges) {
        return new TransferRequest(from.transfer(), lastAsk, from.id(), segment, rules.grantBytesPerSecond(), ranges);
    }

    /** Takes all segments from a holder. What others gave or it gave so far stays. */
    private void unask(Hotkey hotkey) {
        for (var entry : List.copyOf(pieces.entrySet())) {
            if (entry.getValue().asks().containsKey(hotkey)) {
                stop(hotkey, entry.getKey());
                Piece left = entry.getValue().unask(hotkey);
                if (left.isOrphan() && left.have().count() == 0 && !left.solo()) {
                    remove(entry.getKey());
                } else {
                    put(entry.getKey(), left);
                }
            }
        }
    }

    private void put(Hotkey hotkey, Holder holder) {
        if (!ownHolders) {
            holders = new TreeMap<>(holders);
            ownHolders = true;
        }
        holders.put(hotkey, holder);
    }

    private void put(int segment, Piece piece) {
        ownPieces();
        pieces.put(segment, piece);
    }

    private void remove(int segment) {
        ownPieces();
        pieces.remove(segment);
    }

    private void ownPieces() {
        if (!ownPieces) {
            pieces = new TreeMap<>(pieces);
            ownPieces = true;
        }
    }
}
