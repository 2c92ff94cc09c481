package covey.node.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import covey.node.config.ConfigError;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens in a mapped file, little-endian: {@code .u16} and {@code .bin} of u16, or of u32 if it ends in {@code
 * .u32.bin}; or {@code .npy} with one dimension of either.
 *
 * @param tokens view of the mapped file without a header; unmapped when it is no longer reachable
 * @param tokenBytes 2 or 4
 */
record TokenShard(Path file, MemorySegment tokens, int tokenBytes) {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int NPY_PREAMBLE_BYTES = 12;
    private static final int NPY_HEADER_MAX_BYTES = 1 << 16;
    private static final byte[] NPY_MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern NPY_HEADER = Pattern.compile(
            "\\{'descr': '<u([24])', 'fortran_order': (?:False|True), 'shape': \\(([0-9]{1,15}),\\), \\}\\s*");

    static boolean isOne(Path file) {
        String name = file.toString();
        return name.endsWith(".bin") || name.endsWith(".npy") || name.endsWith(".u16");
    }

    static TokenShard map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            String name = file.toString();
            return name.endsWith(".npy") ? npy(file, bytes) : of(file, bytes, name.endsWith(".u32.bin") ? 4 : 2);
        }
    }

    private static TokenShard of(Path file, MemorySegment tokens, int tokenBytes) {
        if (tokens.byteSize() % tokenBytes != 0) {
            throw new ConfigError("corpus: " + file + " has " + tokens.byteSize() + " bytes of tokens (expected: "
                    + tokenBytes + " each)");
        }
        return new TokenShard(file, tokens, tokenBytes);
    }

    /** The length of the header stands in two bytes in the format's version 1, in four later. */
    private static TokenShard npy(Path file, MemorySegment bytes) {
        if (bytes.byteSize() < NPY_PREAMBLE_BYTES
                || bytes.asSlice(0, NPY_MAGIC.length).mismatch(MemorySegment.ofArray(NPY_MAGIC)) >= 0) {
            throw notNpy(file);
        }
        boolean isFirst = bytes.get(ValueLayout.JAVA_BYTE, NPY_MAGIC.length) == 1;
        long length = isFirst ? bytes.get(U16, 8) & 0xFFFF : bytes.get(U32, 8) & 0xFFFFFFFFL;
        long from = isFirst ? 10 : 12;
        if (length > NPY_HEADER_MAX_BYTES || from + length > bytes.byteSize()) {
            throw notNpy(file);
        }
        String header = new String(bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE), US_ASCII);
        Matcher fields = NPY_HEADER.matcher(header);
        if (!fields.matches()) {
            throw notNpy(file);
        }
        TokenShard shard = of(file, bytes.asSlice(from + length), Integer.parseInt(fields.group(1)));
        if (shard.count() != Long.parseLong(fields.group(2))) {
            throw notNpy(file);
        }
        return shard;
    }

    private static ConfigError notNpy(Path file) {
        return new ConfigError("corpus: " + file + " (expected: .npy of one dimension, <u2 or <u4)");
    }

    long count() {
        return tokens.byteSize() / tokenBytes;
    }

    /** Token {@code index}, 0 to 2^32 - 1. */
    long token(long index) {
        return tokenBytes == 2 ? tokens.get(U16, 2 * index) & 0xFFFF : tokens.get(U32, 4 * index) & 0xFFFFFFFFL;
    }
}
