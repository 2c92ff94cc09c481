package covey.node.door;

import covey.protocol.model.Limits;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much each source address may ask of a door: a token bucket of requests, and a number of streams. A source is an
 * IPv4 address or the /64 network of an IPv6 address. The sources that asked last are remembered. Thread-safe.
 */
final class RequestGate {
    private static final double NS_PER_SECOND = 1e9;
    private static final float LOAD = 0.75f;

    private static final class Bucket {
        double tokens;
        long atNs;
        int streams;
    }

    private final double perSecond;
    private final double burst;
    private final Map<String, Bucket> sources = new LinkedHashMap<>(16, LOAD, true);
    private int streams;

    RequestGate(double perSecond, double burst) {
        this.perSecond = perSecond;
        this.burst = burst;
    }

    static RequestGate ofLimits() {
        return new RequestGate(Limits.DOOR_REQUESTS_PER_SECOND, Limits.DOOR_BURST_COUNT);
    }

    static String source(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }

    /** Takes one token. */
    synchronized boolean admit(String source, long nowNs) {
        Bucket bucket = bucket(source, nowNs);
        bucket.tokens = Math.min(burst, bucket.tokens + (nowNs - bucket.atNs) * perSecond / NS_PER_SECOND);
        bucket.atNs = nowNs;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    synchronized boolean mayStream(String source) {
        Bucket bucket = sources.get(source);
        return streams < Limits.DOOR_STREAMS_MAX_COUNT
                && (bucket == null || bucket.streams < Limits.DOOR_SOURCE_STREAMS_MAX_COUNT);
    }

    synchronized void streamOpened(String source, long nowNs) {
        streams++;
        bucket(source, nowNs).streams++;
    }

    synchronized void streamClosed(String source) {
        streams--;
        Bucket bucket = sources.get(source);
        if (bucket != null && bucket.streams > 0) {
            bucket.streams--;
        }
    }

    private Bucket bucket(String source, long nowNs) {
        Bucket known = sources.get(source);
        if (known != null) {
            return known;
        }
        if (sources.size() >= Limits.DOOR_SOURCES_MAX_COUNT) {
            sources.remove(sources.keySet().iterator().next());
        }
        Bucket bucket = new Bucket();
        bucket.tokens = burst;
        bucket.atNs = nowNs;
        sources.put(source, bucket);
        return bucket;
    }
}
