package covey.transport.agent;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.transfer.FetchMachine;
import covey.protocol.transfer.FetchRules;
import covey.protocol.transfer.ServeMachine;
import covey.protocol.transfer.ServeState;
import covey.protocol.transfer.TokenBucket;
import covey.transport.driver.BulkDriver;
import covey.transport.driver.BulkSettings;
import covey.transport.driver.DirectoryLock;
import covey.transport.driver.Endpoints;
import covey.transport.driver.RareLog;
import covey.transport.guard.SessionGate;
import covey.transport.link.Channels;
import covey.transport.link.Offers;
import java.security.SecureRandom;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Bulk transfer over an embedded Aeron driver. Three threads: the driver's, the agent's, which calls the listeners, and
 * the disk's, which touches the store. Close it before the store.
 */
public final class AeronBulkTransfer implements BulkTransfer {
    /** What a home router's queue takes at once. */
    private static final int BURST_BYTES = 16 << 10;
    /** The loopback interface has no such queue. */
    private static final int LOOPBACK_BURST_BYTES = 64 << 10;

    private static final long PARK_MAX_NS = 4_000_000;

    private final ManyToOneConcurrentLinkedQueue<Runnable> tasks = new ManyToOneConcurrentLinkedQueue<>();
    private final SessionGate gate = new SessionGate();
    private final Totals totals = new Totals();
    private final Disk disk = new Disk(tasks::offer);
    private final DirectoryLock lock;
    private final Offers offers;
    private final Fetching fetching;
    private final Serving serving;
    private final AgentRunner runner;

    /**
     * Starts the driver and its threads.
     *
     * @throws IllegalStateException if the data directory is in use, or the kernel's socket buffers are too small
     * @throws io.aeron.exceptions.AeronException if the driver does not start, such as with a port in use
     */
    public AeronBulkTransfer(BulkSettings settings, ContentStore store, Crypto crypto, SecureRandom random) {
        this(settings, store, crypto, random, (gate, errors) -> new BulkDriver(settings.dataDirectory(), gate, errors));
    }

    /** How a generation of driver and client is started. */
    interface Drivers {
        BulkDriver start(SessionGate gate, RareLog errors);
    }

    AeronBulkTransfer(BulkSettings settings, ContentStore store, Crypto crypto, SecureRandom random, Drivers drivers) {
        Endpoints endpoints = Endpoints.choose(settings);
        lock = new DirectoryLock(settings.dataDirectory());
        RareLog errors = new RareLog();
        offers = new Offers(random, gate, endpoints.request(), endpoints.response());
        Shared shared = new Shared(store, crypto, disk, totals);
        FetchLinks links = new FetchLinks(gate, errors);
        FetchRules rules = FetchRules.of(settings.grantBytesPerSecond(), settings.giveUpNs());
        fetching = new Fetching(new FetchMachine(rules), shared, links, random.nextLong());
        int burst = Channels.isLoopback(endpoints.boundRequest()) ? LOOPBACK_BURST_BYTES : BURST_BYTES;
        TokenBucket upload = TokenBucket.full(settings.uploadBytesPerSecond(), burst, System.nanoTime());
        serving = new Serving(new ServeMachine(burst), ServeState.start(upload), shared, offers, errors);
        BulkAgent agent =
                new BulkAgent(tasks, () -> drivers.start(gate, errors), fetching, links, serving, endpoints, errors);
        runner = new AgentRunner(new BackoffIdleStrategy(10, 5, 1_000, PARK_MAX_NS), errors, null, agent);
        start(agent);
    }

    private void start(BulkAgent agent) {
        try {
            agent.connect();
        } catch (RuntimeException e) {
            agent.onClose();
            CloseHelper.quietCloseAll(disk, lock);
            throw e;
        }
        AgentRunner.startOnThread(runner, task -> Thread.ofPlatform().daemon().unstarted(task));
    }

    @Override
    public Offer offerFor(Hotkey fetcher) {
        return offers.offerFor(fetcher);
    }

    @Override
    public void learn(Hotkey holder, Offer offer) {
        tasks.offer(() -> fetching.learn(holder, offer));
    }

    @Override
    public void forget(Hotkey peer) {
        offers.forget(peer);
        tasks.offer(() -> {
            fetching.forget(peer);
            serving.forget(peer);
        });
    }

    @Override
    public void serve(ContentId id) {
        serving.serve(id);
    }

    @Override
    public void withdraw(ContentId id) {
        serving.withdraw(id);
    }

    @Override
    public void fetch(ContentId id, long lengthBytes, List<Hotkey> holders, FetchListener listener) {
        List<Hotkey> copy = List.copyOf(holders);
        tasks.offer(() -> fetching.fetch(id, lengthBytes, copy, listener));
    }

    @Override
    public void probe(ContentId id, long lengthBytes, int segment, Hotkey holder, ProbeListener listener) {
        tasks.offer(() -> fetching.probe(id, lengthBytes, segment, holder, listener));
    }

    @Override
    public void cancel(ContentId id) {
        tasks.offer(() -> fetching.cancel(id));
    }

    @Override
    public Counters counters() {
        return totals.counters(gate.droppedCount());
    }

    /** Ends fetches without a word to their listeners; returns when all threads are done. */
    @Override
    public void close() {
        CloseHelper.quietCloseAll(runner, disk, lock);
    }
}
