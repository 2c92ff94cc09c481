package covey.transport.link;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** The four channels between a fetcher and a holder. The fetcher needs no open port. */
public final class Channels {
    public static final int REQUEST_STREAM = 10;
    public static final int RESPONSE_STREAM = 11;

    private static final Pattern ENDPOINT = Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9a-fA-F:]{2,45}]):\\d{1,5}");
    private static final int LOOPBACK_MTU = 8192;

    private Channels() {}

    /** Whether it is HOST:PORT and nothing else: it comes from a stranger and becomes part of a channel's text. */
    public static boolean isEndpoint(String text) {
        return ENDPOINT.matcher(text).matches();
    }

    static String requests(String endpoint) {
        return "aeron:udp?endpoint=" + endpoint + "|reliable=false";
    }

    static String responses(String control) {
        return "aeron:udp?control=" + control + "|control-mode=response|reliable=false";
    }

    static String toRequest(String endpoint, int session, long responseRegistration) {
        return "aeron:udp?endpoint=" + endpoint + "|term-length=64k|session-id=" + session + "|response-correlation-id="
                + responseRegistration;
    }

    static String toRespond(String control, int session, long imageCorrelation) {
        return "aeron:udp?control=" + control + "|control-mode=response|session-id=" + session
                + "|response-correlation-id=" + imageCorrelation
                + (isLoopback(control) ? "|mtu=" + LOOPBACK_MTU : "");
    }

    /** Only loopback interfaces carry packets of 8 KiB for certain; what is bound there is reached from there. */
    public static boolean isLoopback(String endpoint) {
        String host = endpoint.substring(0, endpoint.lastIndexOf(':'));
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
