package covey.node.wiring;

import covey.actors.node.ControlPlane;
import covey.node.door.DoorClient;
import covey.node.door.DoorList;
import covey.node.door.DoorPost;
import covey.node.door.Ping;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where members of the cluster were seen last (rule F3): what doors say, what the cluster says, and what a file kept
 * from before. A thread of its own tells all doors three times a second that this node lives, if it trains or doesn't
 * see an authority in the cluster, as who is silent there for 1 s may be called absent (rule D4). Thread-safe.
 */
final class KnownMembers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownMembers.class);
    private static final String SCHEME = "pekko://covey@";
    private static final long PERIOD_MS = 300;

    private final Hotkey self;
    private final String address;
    private final Path file;
    private final SortedMap<Hotkey, String> addresses = new TreeMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param address own Artery HOST:PORT */
    KnownMembers(Hotkey self, String address, Path file) {
        this.self = self;
        this.address = address;
        this.file = file;
        read();
    }

    String address() {
        return address;
    }

    /** Addresses of others, as HOST:PORT. */
    synchronized List<String> others() {
        return addresses.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(self))
                .map(SortedMap.Entry::getValue)
                .distinct()
                .toList();
    }

    /** Everybody, this node first. */
    synchronized List<DoorList.Entry> entries() {
        List<DoorList.Entry> entries = new ArrayList<>();
        entries.add(new DoorList.Entry(self, address));
        addresses.forEach((hotkey, seen) -> entries.add(new DoorList.Entry(hotkey, seen)));
        return entries;
    }

    /** Starts to ask and to tell. @param waitedFor whether rounds wait for this node, so that its silence counts */
    void keepUp(
            boolean waitedFor,
            Genesis genesis,
            RunId run,
            Crypto.Signer signer,
            List<DoorClient> doors,
            DoorPost post,
            ControlPlane plane) {
        List<Hotkey> authorities = genesis.authorityKeys();
        Thread.ofPlatform().daemon().name("covey-members").start(() -> {
            for (int turn = 0; !isClosedWithin(turn == 0 ? 0 : PERIOD_MS); turn++) {
                if (waitedFor || !seesAuthorities(authorities, plane)) {
                    post.ping(new Ping(run, self, address, System.currentTimeMillis()).sign(signer));
                }
                plane.known().forEach((hotkey, hello) -> note(hotkey, hello.address()));
                if (plane.reachable().isEmpty()) {
                    ask(doors.get(turn % doors.size()));
                }
            }
        });
    }

    /** Whom an authority sees in the cluster, it does not call absent; another one may be in another cluster. */
    private boolean seesAuthorities(List<Hotkey> authorities, ControlPlane plane) {
        return authorities.stream().allMatch(key -> key.equals(self) || plane.isReachable(key));
    }

    private void ask(DoorClient door) {
        try {
            door.doors().members().forEach(member -> note(member.hotkey(), member.address()));
        } catch (IOException e) {
            LOG.debug("members: {}", e.toString());
        }
    }

    private synchronized void note(Hotkey hotkey, String seen) {
        String hostPort = seen.startsWith(SCHEME) ? seen.substring(SCHEME.length()) : seen;
        if (!hotkey.equals(self) && !hostPort.equals(addresses.put(hotkey, hostPort))) {
            write();
        }
    }

    private void read() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split(" ", 2);
                addresses.put(Hotkey.parse(parts[0]), parts[1]);
            }
        } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("members: {} is not readable and is made anew: {}", file, e.toString());
        }
    }

    private void write() {
        List<String> lines = new ArrayList<>();
        addresses.forEach((hotkey, seen) -> lines.add(hotkey + " " + seen));
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            LOG.warn("members: {} cannot be written: {}", file, e.toString());
        }
    }

    private boolean isClosedWithin(long waitMs) {
        try {
            return closed.await(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
