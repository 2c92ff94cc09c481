package covey.protocol.model;

/** What a node does in a run; a node may have several roles. The bit stands in encodings and never changes. */
public enum Role {
    TRAINER(1),
    VALIDATOR(2),
    OBSERVER(4),
    AUTHORITY(8);

    private final int bit;

    Role(int bit) {
        this.bit = bit;
    }

    public int bit() {
        return bit;
    }

    public boolean in(int bits) {
        return (bits & bit) != 0;
    }
}
