package covey.protocol.model;

/**
 * Names a content by what it is: SHA-256 over domain, length and the hashes of its segments (rule A1). A
 * contribution's id and a state root are content ids.
 */
public record ContentId(Hash hash) implements Comparable<ContentId> {
    public static ContentId parse(String hex) {
        return new ContentId(Hash.parse(hex));
    }

    public String brief() {
        return hash.brief();
    }

    @Override
    public int compareTo(ContentId other) {
        return hash.compareTo(other.hash);
    }

    @Override
    public String toString() {
        return hash.hex();
    }
}
