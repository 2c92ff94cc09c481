package covey.protocol.model;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable byte string with value equality. */
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Copies {@code source}. */
    public static Bytes of(byte[] source) {
        return new Bytes(source.clone());
    }

    /** Takes ownership of {@code source}: the caller must not touch it again. */
    public static Bytes wrap(byte[] source) {
        return new Bytes(source);
    }

    public int length() {
        return content.length;
    }

    /** A copy. */
    public byte[] toArray() {
        return content.clone();
    }

    /** The array itself, for reading only; spares the copy where the callee is known not to write. */
    public byte[] unsafeArray() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return content.length <= 64
                ? HexFormat.of().formatHex(content)
                : HexFormat.of().formatHex(content, 0, 32) + "… (" + content.length + " bytes)";
    }
}
