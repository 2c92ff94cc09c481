package covey.protocol.transfer;

import covey.protocol.model.ContentId;
import covey.protocol.model.Limits;
import covey.protocol.transfer.ServeState.Job;
import covey.protocol.transfer.ServeState.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A holder's state in the making: one input on one state. Maps are copied when first written. */
final class ServeTurn {
    private final List<ServeEffect> effects = new ArrayList<>();
    private TokenBucket upload;
    private SortedMap<ContentId, SegmentPlan> served;
    private SortedMap<Integer, Link> links;
    private int lastLink;
    private boolean ownLinks;

    ServeTurn(ServeState from) {
        this.upload = from.upload();
        this.served = from.served();
        this.links = from.links();
        this.lastLink = from.lastLink();
    }

    ServeMachine.Transition finish() {
        SortedMap<Integer, Link> kept = ownLinks ? Collections.unmodifiableSortedMap(links) : links;
        return new ServeMachine.Transition(new ServeState(upload, served, kept, lastLink), effects);
    }

    void serve(ContentId content, long lengthBytes) {
        SortedMap<ContentId, SegmentPlan> next = new TreeMap<>(served);
        next.put(content, new SegmentPlan(lengthBytes));
        served = Collections.unmodifiableSortedMap(next);
    }

    void withdraw(ContentId content) {
        SortedMap<ContentId, SegmentPlan> next = new TreeMap<>(served);
        next.remove(content);
        served = Collections.unmodifiableSortedMap(next);
        List.copyOf(links.entrySet()).forEach(e -> put(e.getKey(), without(e.getValue(), content)));
    }

    private static Link without(Link link, ContentId content) {
        Link left = link;
        for (int transfer : link.transfers().keySet()) {
            List<Job> jobs = link.jobs(transfer).stream()
                    .filter(job -> !job.content().equals(content))
                    .toList();
            left = left.withJobs(transfer, jobs);
        }
        return left;
    }

    void open(ServeInput.Opened input, int burstBytes) {
        TokenBucket grant = TokenBucket.full(1, burstBytes, input.nowNs());
        put(input.link(), new Link(grant, input.unitsPerDatagram(), Collections.emptySortedMap(), 0, false));
    }

    void close(int link) {
        own();
        links.remove(link);
    }

    void asked(int number, TransferRequest request) {
        Link link = links.get(number);
        if (link == null) {
            return;
        }
        SegmentPlan plan = served.get(request.content());
        if (plan == null) {
            put(number, link.withJobs(request.transfer(), List.of()));
            effects.add(new ServeEffect.NotHere(number, request.transfer()));
        } else if (isWithin(plan, request)) {
            Link granted = link.withGrant(link.grant().withRate(request.grantBytesPerSecond()));
            put(number, queue(granted, request));
        }
    }

    private static boolean isWithin(SegmentPlan plan, TransferRequest request) {
        int end = request.ranges().isEmpty() ? 0 : request.ranges().getLast().end();
        return plan.isSegment(request.segment()) && end <= plan.unitsOf(request.segment());
    }

    /** In the order of the asks, in which the fetcher expects the answers; an older request for the segment leaves. */
    private static Link queue(Link link, TransferRequest request) {
        List<Job> jobs = new ArrayList<>(link.jobs(request.transfer()));
        jobs.removeIf(old -> old.segment() == request.segment());
        if (!request.ranges().isEmpty() && link.jobCount() < Limits.REQUESTS_WAITING_MAX_COUNT) {
            jobs.add(new Job(request.content(), request.segment(), request.ask(), request.ranges()));
            jobs.sort(Comparator.comparingInt(Job::ask));
        }
        return link.withJobs(request.transfer(), jobs);
    }

    void giveBack(ServeEffect.Send send) {
        Link link = links.get(send.link());
        SegmentPlan plan = served.get(send.content());
        if (link == null || plan == null) {
            return;
        }
        List<Job> jobs = new ArrayList<>(link.jobs(send.transfer()));
        List<UnitRange> ranges = new ArrayList<>(List.of(send.units()));
        if (!send.last() && !jobs.isEmpty() && jobs.getFirst().ask() == send.ask()) {
            ranges.addAll(jobs.removeFirst().ranges());
        }
        jobs.addFirst(new Job(send.content(), send.segment(), send.ask(), ranges));
        int bytes = bytes(plan, send.segment(), send.units());
        upload = upload.take(-bytes);
        put(
                send.link(),
                link.withJobs(send.transfer(), jobs)
                        .withGrant(link.grant().take(-bytes))
                        .block(true));
    }

    void tick(long nowNs) {
        upload = upload.refill(nowNs);
        for (var entry : List.copyOf(links.entrySet())) {
            Link link = entry.getValue();
            if (!link.transfers().isEmpty()) {
                put(entry.getKey(), link.withGrant(link.grant().refill(nowNs)).block(false));
            }
        }
        boolean sent = true;
        while (sent) {
            sent = sendOne();
        }
    }

    /** Lets the next link that can send one datagram; false if none can. */
    private boolean sendOne() {
        for (int number : inTurn(links, lastLink)) {
            Link link = links.get(number);
            if (link != null && !link.blocked() && !link.transfers().isEmpty() && send(number, link)) {
                lastLink = number;
                return true;
            }
        }
        return false;
    }

    private boolean send(int number, Link link) {
        int transfer = inTurn(link.transfers(), link.lastTransfer()).getFirst();
        Job job = link.jobs(transfer).getFirst();
        SegmentPlan plan = served.get(job.content());
        if (plan == null) {
            put(number, without(link, job.content()));
            return true;
        }
        UnitRange range = job.ranges().getFirst();
        UnitRange units = new UnitRange(range.first(), Math.min(range.count(), link.unitsPerDatagram()));
        int bytes = bytes(plan, job.segment(), units);
        if (!upload.has(bytes) || !link.grant().has(bytes)) {
            return false;
        }
        upload = upload.take(bytes);
        List<UnitRange> left = after(job.ranges(), units);
        effects.add(
                new ServeEffect.Send(number, transfer, job.content(), job.segment(), units, job.ask(), left.isEmpty()));
        put(number, advance(link, transfer, job, left).withGrant(link.grant().take(bytes)));
        return true;
    }

    private static Link advance(Link link, int transfer, Job job, List<UnitRange> left) {
        List<Job> jobs = new ArrayList<>(link.jobs(transfer));
        jobs.removeFirst();
        if (!left.isEmpty()) {
            jobs.addFirst(new Job(job.content(), job.segment(), job.ask(), left));
        }
        return link.withJobs(transfer, jobs).turn(transfer);
    }

    private static List<UnitRange> after(List<UnitRange> ranges, UnitRange sent) {
        List<UnitRange> left = new ArrayList<>(ranges);
        UnitRange first = left.removeFirst();
        if (sent.count() < first.count()) {
            left.addFirst(new UnitRange(sent.end(), first.count() - sent.count()));
        }
        return left;
    }

    private static int bytes(SegmentPlan plan, int segment, UnitRange units) {
        return DataHeader.BYTES + plan.bytesOf(segment, units);
    }

    /** Keys, those after {@code last} first. */
    private static List<Integer> inTurn(SortedMap<Integer, ?> map, int last) {
        List<Integer> keys = new ArrayList<>(map.keySet());
        int begin = 0;
        while (begin < keys.size() && keys.get(begin) <= last) {
            begin++;
        }
        Collections.rotate(keys, -begin);
        return keys;
    }

    private void put(int number, Link link) {
        own();
        links.put(number, link);
    }

    private void own() {
        if (!ownLinks) {
            links = new TreeMap<>(links);
            ownLinks = true;
        }
    }
}
