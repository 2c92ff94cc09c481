package covey.transport.agent;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.port.BulkTransfer.FetchListener;
import covey.protocol.transfer.DataHeader;
import covey.protocol.transfer.FetchEffect;
import covey.protocol.transfer.FetchInput;
import covey.protocol.transfer.FetchMachine;
import covey.protocol.transfer.FetchState;
import covey.protocol.transfer.FetchState.Phase;
import covey.protocol.transfer.SegmentPlan;
import covey.protocol.transfer.TransferRequest;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** Interprets the machine of one fetch. Used on the agent's thread. */
final class Fetch {
    private static final long NEXT_LINK_NS = 500_000_000L;

    private final FetchMachine machine;
    private final Shared shared;
    private final BiConsumer<Hotkey, TransferRequest> send;
    private final PartialContent content;
    private final SortedMap<Integer, byte[]> buffers = new TreeMap<>();
    private FetchState state;
    private FetchListener listener;
    private int openedLinks;
    private long openedLinkNs;
    private boolean ready;
    private boolean urgent;

    Fetch(
            FetchMachine machine,
            Shared shared,
            FetchState state,
            FetchListener listener,
            BiConsumer<Hotkey, TransferRequest> send) {
        this.machine = machine;
        this.shared = shared;
        this.state = state;
        this.listener = listener;
        this.send = send;
        this.content = new PartialContent(shared, state.id(), state.plan());
    }

    FetchState state() {
        return state;
    }

    boolean isOver() {
        return state.phase() == Phase.ENDED;
    }

    /** Asks nobody before the store has said that it lacks the content. */
    void begin() {
        shared.disk().run(() -> {
            boolean present = isInStore();
            shared.disk().report(() -> begin(present));
        });
    }

    private boolean isInStore() {
        try {
            return shared.store().has(state.id());
        } catch (RuntimeException e) {
            // What is wrong with the store shows when the first segment is written.
            return false;
        }
    }

    private void begin(boolean present) {
        if (present && !isOver()) {
            put(new FetchInput.Cancel());
            listener.fetched(state.id());
        }
        ready = true;
        urgent = true;
    }

    /** Whether a tick should follow at once, or now that one is due. */
    boolean wantsTick(boolean due) {
        return ready && (due || urgent);
    }

    /** A few links at once, more only slowly: those opened may just need a moment. */
    boolean mayOpenLink(long nowNs) {
        return openedLinks < Limits.FETCH_HOLDERS_MAX_COUNT || nowNs - openedLinkNs >= NEXT_LINK_NS;
    }

    void openedLink(long nowNs) {
        openedLinks++;
        openedLinkNs = nowNs;
    }

    void listen(FetchListener next) {
        listener = next;
    }

    void put(FetchInput input) {
        apply(input);
        urgent = !(input instanceof FetchInput.Tick);
    }

    /** A datagram's data lie behind {@code at} in {@code from}, which is only valid during this call. */
    void arrived(FetchInput.Arrived input, DirectBuffer from, int at) {
        FetchMachine.Transition transition = apply(input);
        if (transition.effects().contains(new FetchEffect.Keep())) {
            DataHeader header = input.header();
            byte[] buffer = buffers.computeIfAbsent(
                    header.segment(), segment -> new byte[state.plan().bytesOf(segment)]);
            from.getBytes(at, buffer, header.offset(), input.lengthBytes());
        }
        transition.effects().forEach(effect -> {
            if (effect instanceof FetchEffect.Check check) {
                check(check.segment());
                urgent = true;
            }
        });
    }

    private FetchMachine.Transition apply(FetchInput input) {
        FetchMachine.Transition transition = machine.apply(state, input);
        state = transition.next();
        if (isOver()) {
            buffers.clear();
            shared.disk().run(content::close);
        }
        transition.effects().forEach(this::run);
        return transition;
    }

    private void run(FetchEffect effect) {
        switch (effect) {
            case FetchEffect.Keep _, FetchEffect.Check _ -> {}
            case FetchEffect.Ask e -> send.accept(e.holder(), e.request());
            case FetchEffect.Blame _ -> shared.totals().badSegments.increment();
            case FetchEffect.Complete _ -> onDisk(this::complete);
            case FetchEffect.Fetched _ -> listener.fetched(state.id());
            case FetchEffect.Failed e -> listener.failed(state.id(), e.reason());
        }
    }

    private void check(int segment) {
        byte[] bytes = buffers.remove(segment);
        if (bytes != null) {
            onDisk(() -> segment == SegmentPlan.LEAVES ? open(bytes) : write(segment, bytes));
        }
    }

    private FetchInput open(byte[] leafList) {
        return content.open(leafList)
                .<FetchInput>map(present -> new FetchInput.Opened(System.nanoTime(), present))
                .orElseGet(() -> new FetchInput.Checked(System.nanoTime(), SegmentPlan.LEAVES, false));
    }

    private FetchInput write(int segment, byte[] bytes) {
        boolean good = content.write(segment, bytes);
        if (good) {
            shared.totals().verifiedSegments.increment();
        }
        return new FetchInput.Checked(System.nanoTime(), segment, good);
    }

    private FetchInput complete() {
        return content.complete()
                ? new FetchInput.Completed()
                : new FetchInput.Broken("store: content incomplete after its last segment");
    }

    private void onDisk(Supplier<FetchInput> job) {
        shared.disk().run(() -> {
            FetchInput result = orBroken(job);
            shared.disk().report(() -> {
                put(result);
                tellProgress(result);
            });
        });
    }

    private void tellProgress(FetchInput result) {
        if (result instanceof FetchInput.Opened || result instanceof FetchInput.Checked checked && checked.good()) {
            listener.progressed(state.id(), state.verified().count());
        }
    }

    private static FetchInput orBroken(Supplier<FetchInput> job) {
        try {
            return job.get();
        } catch (RuntimeException e) {
            return new FetchInput.Broken("store: " + e.getMessage());
        }
    }
}
