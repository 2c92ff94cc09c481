package covey.node.door;

import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.Malformed;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** The last ping of each registered hotkey (rule D4). Thread-safe. */
public final class Pings {
    /** A member is worth naming to newcomers for so long after its last ping. */
    private static final long NAMED_NS = 60_000_000_000L;

    private record Heard(long counterMs, String address, long atNs) {}

    private final RunId run;
    private final Crypto crypto;
    private final Predicate<Hotkey> registered;
    private final ConcurrentNavigableMap<Hotkey, Heard> last = new ConcurrentSkipListMap<>();

    Pings(RunId run, Crypto crypto, Predicate<Hotkey> registered) {
        this.run = run;
        this.crypto = crypto;
        this.registered = registered;
    }

    /** Nanoseconds since the last ping of a hotkey; empty if there never was one. */
    public OptionalLong silenceNs(Hotkey hotkey) {
        Heard heard = last.get(hotkey);
        return heard == null ? OptionalLong.empty() : OptionalLong.of(System.nanoTime() - heard.atNs);
    }

    /** Keeps a ping, or gives the one line that says why not. The signature is checked last, as it costs most. */
    Optional<String> take(byte[] encoded) {
        try {
            Ping.Signed signed = Ping.decode(encoded);
            Optional<String> refused = refuse(signed.ping());
            if (refused.isPresent()) {
                return refused;
            }
            if (!signed.isSigned(crypto)) {
                return Optional.of("ping: wrong signature (expected: of its hotkey)");
            }
            return keep(signed.ping());
        } catch (Malformed e) {
            return Optional.of("ping: " + e.rule());
        }
    }

    private Optional<String> refuse(Ping ping) {
        if (!ping.run().equals(run)) {
            return Optional.of("run: " + ping.run().brief() + " (expected: " + run.brief() + ")");
        }
        if (!registered.test(ping.hotkey())) {
            return Optional.of("hotkey: " + ping.hotkey().brief() + " (expected: a registered one)");
        }
        return Optional.empty();
    }

    private Optional<String> keep(Ping ping) {
        Heard now = new Heard(ping.counterMs(), ping.address(), System.nanoTime());
        Heard kept = last.merge(ping.hotkey(), now, (old, next) -> next.counterMs > old.counterMs ? next : old);
        return kept.equals(now)
                ? Optional.empty()
                : Optional.of("counter: " + ping.counterMs() + " (expected: above " + kept.counterMs + ")");
    }

    /** Artery addresses of those who pinged lately. */
    List<DoorList.Entry> members() {
        long now = System.nanoTime();
        return last.entrySet().stream()
                .filter(e -> !e.getValue().address.isEmpty() && now - e.getValue().atNs < NAMED_NS)
                .limit(Limits.REGISTRY_MAX_COUNT)
                .map(e -> new DoorList.Entry(e.getKey(), e.getValue().address))
                .toList();
    }
}
