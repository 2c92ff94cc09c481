package covey.protocol.model;

/** A node's identity: its 32-byte Ed25519 public key (held in the shape of a hash). */
public record Hotkey(Hash hash) implements Comparable<Hotkey> {
    public static Hotkey parse(String hex) {
        return new Hotkey(Hash.parse(hex));
    }

    public String brief() {
        return hash.brief();
    }

    @Override
    public int compareTo(Hotkey other) {
        return hash.compareTo(other.hash);
    }

    @Override
    public String toString() {
        return hash.hex();
    }
}
