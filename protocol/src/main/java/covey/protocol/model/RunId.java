package covey.protocol.model;

/** Hash of the run's genesis file. */
public record RunId(Hash hash) implements Comparable<RunId> {
    public static RunId parse(String hex) {
        return new RunId(Hash.parse(hex));
    }

    public String brief() {
        return hash.brief();
    }

    @Override
    public int compareTo(RunId other) {
        return hash.compareTo(other.hash);
    }

    @Override
    public String toString() {
        return hash.hex();
    }
}
