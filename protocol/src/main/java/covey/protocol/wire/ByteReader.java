package covey.protocol.wire;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote. Each length is checked against what is left before anything is allocated. */
public final class ByteReader {
    private final byte[] buffer;
    private final int end;
    private int at;

    public ByteReader(byte[] buffer) {
        this(buffer, 0, buffer.length);
    }

    public ByteReader(Bytes bytes) {
        this(bytes.unsafeArray());
    }

    public ByteReader(byte[] buffer, int from, int length) {
        this.buffer = buffer;
        this.at = from;
        this.end = from + length;
    }

    public int remaining() {
        return end - at;
    }

    /** Offset of the next byte in the array given to the constructor. */
    public int position() {
        return at;
    }

    public int u8() throws Malformed {
        need(1);
        return buffer[at++] & 0xFF;
    }

    public int u16() throws Malformed {
        return u8() | u8() << 8;
    }

    public int i32() throws Malformed {
        return u16() | u16() << 16;
    }

    public long i64() throws Malformed {
        return i32() & 0xFFFFFFFFL | (long) i32() << 32;
    }

    public boolean bool() throws Malformed {
        int value = u8();
        if (value > 1) {
            throw new Malformed("boolean: " + value + " (expected: 0 or 1)");
        }
        return value == 1;
    }

    public Hash hash() throws Malformed {
        return Hash.of(raw(Hash.BYTES));
    }

    public byte[] raw(int length) throws Malformed {
        need(length);
        byte[] out = Arrays.copyOfRange(buffer, at, at + length);
        at += length;
        return out;
    }

    /** A length as i32 in 0..max, then so many bytes. */
    public Bytes sized(int max) throws Malformed {
        return Bytes.wrap(raw(count(max)));
    }

    /** An i32 in 0..max. */
    public int count(int max) throws Malformed {
        int value = i32();
        if (value < 0 || value > max) {
            throw new Malformed("count: " + value + " (expected: 0 to " + max + ")");
        }
        return value;
    }

    public String text(int maxBytes) throws Malformed {
        int length = u16();
        if (length > maxBytes) {
            throw new Malformed("text: " + length + " bytes (expected: at most " + maxBytes + ")");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("text: not UTF-8");
        }
    }

    /** Refuses trailing bytes. */
    public void end() throws Malformed {
        if (at != end) {
            throw new Malformed("trailing bytes: " + (end - at) + " (expected: none)");
        }
    }

    private void need(int count) throws Malformed {
        if (count < 0 || count > end - at) {
            throw new Malformed("truncated: " + (end - at) + " bytes left (expected: " + count + ")");
        }
    }
}
