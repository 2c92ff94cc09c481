package covey.protocol.transfer;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One fetcher and several holders on a lossy network with virtual time. Data are only known as right or wrong. */
final class TransferSim {
    static final long MS = 1_000_000;
    private static final int UNITS_PER_DATAGRAM = 1;

    /** How a link and the holder behind it behave. Times are since the start. */
    static final class Peer {
        final Hotkey hotkey;
        double loss;
        long latencyNs = 40 * MS;
        long jitterNs;
        long servesFromNs;
        long diesNs = Long.MAX_VALUE;
        /** Chance that a datagram's data are wrong. */
        double lies;

        ServeState state;
        int sentData;

        Peer(int number) {
            hotkey = new Hotkey(new Hash(number, number, 0, 0));
            state = ServeState.start(TokenBucket.full(100_000_000, 16 << 10, 0));
        }
    }

    private record Event(long atNs, long order, Runnable run) {}

    private static final Comparator<Event> BY_TIME =
            Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order);

    final ContentId id = new ContentId(new Hash(1, 2, 3, 4));
    final SegmentPlan plan;
    final List<Peer> peers;
    /** Segments that were checked, with how often. */
    final SortedMap<Integer, Integer> checks = new TreeMap<>();

    final List<FetchEffect.Blame> blames = new ArrayList<>();
    int keptUnits;
    FetchState state;
    String ended = "";
    long nowNs;

    private final Seed random;
    private final FetchMachine fetcher;
    private final ServeMachine holder = new ServeMachine(16 << 10);
    private final PriorityQueue<Event> events = new PriorityQueue<>(BY_TIME);
    private final SortedMap<Integer, SortedSet<Integer>> wrongUnits = new TreeMap<>();
    private Bitmap stored;
    private boolean wrongNow;
    private long order;

    TransferSim(Seed random, FetchRules rules, long lengthBytes, List<Peer> peers) {
        this.random = random;
        this.peers = peers;
        fetcher = new FetchMachine(rules);
        state = FetchState.start(id, 7, lengthBytes, random.nextLong(), 0);
        plan = state.plan();
        stored = Bitmap.empty(plan.segmentCount());
    }

    /** Runs until the fetch ends, or to the time. */
    void run(long untilNs) {
        at(0, () -> {
            put(new FetchInput.Holders(0, peers.stream().map(p -> p.hotkey).toList()));
            peers.forEach(this::begin);
            tick();
        });
        Event next = events.poll();
        while (next != null && next.atNs <= untilNs && ended.isEmpty()) {
            nowNs = next.atNs;
            next.run.run();
            next = events.poll();
        }
    }

    private void begin(Peer peer) {
        apply(peer, new ServeInput.Opened(nowNs, 0, UNITS_PER_DATAGRAM));
        at(peer.servesFromNs, () -> apply(peer, new ServeInput.Serve(id, plan.lengthBytes())));
        put(new FetchInput.Linked(nowNs, peer.hotkey, true));
        tick(peer);
    }

    private void tick() {
        put(new FetchInput.Tick(nowNs, 128));
        at(nowNs + 5 * MS, this::tick);
    }

    private void tick(Peer peer) {
        if (nowNs < peer.diesNs) {
            apply(peer, new ServeInput.Tick(nowNs));
            at(nowNs + MS / 2, () -> tick(peer));
        }
    }

    private void at(long timeNs, Runnable run) {
        events.add(new Event(timeNs, order++, run));
    }

    private void put(FetchInput input) {
        FetchMachine.Transition transition = fetcher.apply(state, input);
        state = transition.next();
        transition.effects().forEach(effect -> run(effect, input));
    }

    private void run(FetchEffect effect, FetchInput input) {
        switch (effect) {
            case FetchEffect.Keep _ -> keep((FetchInput.Arrived) input);
            case FetchEffect.Ask e -> ask(e);
            case FetchEffect.Check e -> at(nowNs + MS, () -> check(e.segment()));
            case FetchEffect.Blame e -> blames.add(e);
            case FetchEffect.Complete _ -> at(nowNs + MS, () -> put(new FetchInput.Completed()));
            case FetchEffect.Fetched _ -> ended = stored.isFull() ? "fetched" : "fetched without " + stored;
            case FetchEffect.Failed e -> ended = e.reason();
        }
    }

    private void keep(FetchInput.Arrived input) {
        int unit = SegmentPlan.unitsAt(input.header().offset(), input.lengthBytes())
                .first();
        SortedSet<Integer> wrong = wrongUnits.computeIfAbsent(input.header().segment(), _ -> new TreeSet<>());
        keptUnits++;
        if (wrongNow) {
            wrong.add(unit);
        } else {
            wrong.remove(unit);
        }
    }

    private void check(int segment) {
        checks.merge(segment, 1, Integer::sum);
        boolean good = wrongUnits.getOrDefault(segment, new TreeSet<>()).isEmpty();
        if (segment == SegmentPlan.LEAVES && good) {
            put(new FetchInput.Opened(nowNs, stored));
            return;
        }
        if (good) {
            stored = stored.with(segment);
        }
        put(new FetchInput.Checked(nowNs, segment, good));
    }

    private void ask(FetchEffect.Ask ask) {
        for (Peer peer : peers) {
            if (peer.hotkey.equals(ask.holder()) && random.nextDouble() >= peer.loss) {
                at(nowNs + delay(peer), () -> apply(peer, new ServeInput.Asked(0, ask.request())));
            }
        }
    }

    private void apply(Peer peer, ServeInput input) {
        if (nowNs >= peer.diesNs) {
            return;
        }
        ServeMachine.Transition transition = holder.apply(peer.state, input);
        peer.state = transition.next();
        transition.effects().forEach(effect -> send(peer, effect));
    }

    private void send(Peer peer, ServeEffect effect) {
        peer.sentData += effect instanceof ServeEffect.Send ? 1 : 0;
        if (random.nextDouble() >= peer.loss) {
            boolean wrong = random.nextDouble() < peer.lies;
            at(nowNs + delay(peer), () -> arrive(peer, effect, wrong));
        }
    }

    private void arrive(Peer peer, ServeEffect effect, boolean wrong) {
        switch (effect) {
            case ServeEffect.NotHere _ -> put(new FetchInput.NotHere(nowNs, peer.hotkey));
            case ServeEffect.Send s -> {
                wrongNow = wrong;
                int offset = s.units().first() * Limits.TRANSFER_UNIT_BYTES;
                DataHeader header = new DataHeader(s.transfer(), s.segment(), offset, s.ask(), s.last(), false);
                put(new FetchInput.Arrived(nowNs, peer.hotkey, header, plan.bytesOf(s.segment(), s.units())));
            }
        }
    }

    private long delay(Peer peer) {
        return peer.latencyNs + (peer.jitterNs == 0 ? 0 : random.nextLong(peer.jitterNs));
    }

    /** Units of the content and its leaf list: what a fetch without loss takes. */
    int neededUnits() {
        int units = plan.unitsOf(SegmentPlan.LEAVES);
        for (int i = 0; i < plan.segmentCount(); i++) {
            units += plan.unitsOf(i);
        }
        return units;
    }

    int sentUnits() {
        return peers.stream().mapToInt(p -> p.sentData).sum();
    }
}
