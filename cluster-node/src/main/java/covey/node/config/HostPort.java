package covey.node.config;

import java.util.regex.Pattern;

/**
 * Where somebody listens.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]+)?");

    /**
     * Parses {@code HOST:PORT} or {@code [IPV6]:PORT}.
     *
     * @param name of the option or field, for the error
     */
    public static HostPort parse(String name, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw refused(name, text);
        }
        String port = text.substring(colon + 1);
        if (colon < 0 || !NAME.matcher(host).matches() || !port.matches("[0-9]{1,5}")) {
            throw refused(name, text);
        }
        int number = Integer.parseInt(port);
        if (number < 1 || number > 65_535) {
            throw refused(name, text);
        }
        return new HostPort(host, number);
    }

    private static ConfigError refused(String name, String text) {
        return new ConfigError(name + ": '" + text + "' (expected: HOST:PORT with a port from 1 to 65535)");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
