package covey.node.genesis;

import covey.node.config.ConfigError;
import covey.node.config.HostPort;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;

/**
 * An authority as {@code covey init --authority} names it: {@code HOTKEY@HOST:PORT}, or {@code HOST:PORT} for one whose
 * key is made. It uses three TCP ports that follow one another: the door, ballots, the cluster; and two of UDP.
 *
 * @param hotkey empty: a key is to be made
 * @param door port 1 to 65533
 */
record FirstAuthority(Optional<Hotkey> hotkey, HostPort door) {
    private static final int TCP_PORTS = 3;
    private static final String OPTION = "--authority";

    /** All of them; whatever cannot be a run's authorities is a ConfigError. */
    static List<FirstAuthority> parse(List<String> texts) {
        if (texts.size() != 1 && texts.size() != 3 && texts.size() != 5) {
            throw new ConfigError(OPTION + ": " + texts.size() + " of them (expected: 1, 3 or 5)");
        }
        List<FirstAuthority> all = texts.stream().map(FirstAuthority::parse).toList();
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                requireApart(all.get(j), all.get(i), texts.get(i));
            }
        }
        return all;
    }

    private static FirstAuthority parse(String text) {
        int at = text.indexOf('@');
        HostPort door = HostPort.parse(OPTION, text.substring(at + 1));
        if (door.port() > 65_535 - TCP_PORTS + 1) {
            throw new ConfigError(OPTION + ": " + text + " (expected: a port whose two next ones exist, too)");
        }
        return new FirstAuthority(at < 0 ? Optional.empty() : Optional.of(hotkey(text.substring(0, at))), door);
    }

    private static Hotkey hotkey(String text) {
        try {
            return Hotkey.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigError(
                    OPTION + ": " + text + " (expected: a hotkey of 64 hexadecimal digits before the @)", e);
        }
    }

    private static void requireApart(FirstAuthority one, FirstAuthority other, String text) {
        boolean isSameKey = one.hotkey.isPresent() && one.hotkey.equals(other.hotkey);
        boolean isNear =
                one.door.host().equals(other.door.host()) && Math.abs(one.door.port() - other.door.port()) < TCP_PORTS;
        if (isSameKey || isNear) {
            throw new ConfigError(OPTION + ": " + text
                    + " (expected: a hotkey and three TCP ports, from that one on, that no other authority has)");
        }
    }

    HostPort ballots() {
        return new HostPort(door.host(), door.port() + 1);
    }

    int artery() {
        return door.port() + 2;
    }

    Genesis.Authority named(Hotkey key) {
        return new Genesis.Authority(key, door.toString(), ballots().toString());
    }

    /** Address to listen on: behind a name or a router it is another than the one that others are told. */
    String bindHost() {
        return door.host().startsWith("127.") ? door.host() : "0.0.0.0";
    }
}
