package covey.protocol.contribution;

import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the values of each chunk stand in θ (rule H1). Chunks are numbered part by part: first every matrix in the
 * order of {@link ModelShape#tensors()}, cut into 64×64 tiles, tile rows first, inside a tile row-major; then one
 * virtual tensor, all vectors one after the other in the same order, cut every 4096 values with the last chunk
 * padded. Offsets are positions in θ's canonical order: tensors in order, row-major. Immutable.
 */
public final class Layout {
    private static final int SIDE = Limits.TILE_SIDE;
    private static final String DOMAIN = "covey/1/layout";
    private static final String VECTORS = "vectors";

    /**
     * What the norms of rule H7 are taken over: one matrix, or the virtual tensor of all vectors.
     *
     * @param firstChunk its chunks are {@code firstChunk} to {@code firstChunk + chunkCount - 1}
     */
    public record Part(String name, int firstChunk, int chunkCount) {
        public int endChunk() {
            return firstChunk + chunkCount;
        }
    }

    private final List<Tensor> tensors;
    private final List<Part> parts;
    private final int chunkCount;
    private final long parameterCount;
    private final int vectorsFirstChunk;
    // One entry per matrix, in the order of the parts.
    private final int[] matrixFirstChunk;
    private final long[] matrixOffset;
    private final int[] matrixColumns;
    // One entry per vector, and the virtual tensor's length at the end of the starts.
    private final long[] vectorStart;
    private final long[] vectorOffset;

    private Layout(List<Tensor> tensors) {
        this.tensors = tensors;
        int matrices = (int) tensors.stream().filter(Tensor::isMatrix).count();
        int vectors = tensors.size() - matrices;
        matrixFirstChunk = new int[matrices];
        matrixOffset = new long[matrices];
        matrixColumns = new int[matrices];
        vectorStart = new long[vectors + 1];
        vectorOffset = new long[vectors];
        List<Part> placed = new ArrayList<>();
        parameterCount = place(placed);
        parts = List.copyOf(placed);
        chunkCount = parts.getLast().endChunk();
        vectorsFirstChunk = vectors == 0 ? chunkCount : parts.getLast().firstChunk();
    }

    public static Layout of(ModelShape shape) {
        return of(shape.tensors());
    }

    /** For tensors of any model; at least one, matrices with both dimensions multiples of 64. */
    public static Layout of(List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("tensors: none (expected: at least one)");
        }
        for (Tensor tensor : tensors) {
            if (tensor.isMatrix() && (tensor.rows() % SIDE != 0 || tensor.columns() % SIDE != 0)) {
                throw new IllegalArgumentException("tensor " + tensor.name() + ": " + tensor.rows() + " x "
                        + tensor.columns() + " (expected: multiples of 64, rule H1)");
            }
        }
        return new Layout(List.copyOf(tensors));
    }

    private long place(List<Part> into) {
        long offset = 0;
        long chunk = 0;
        int matrix = 0;
        int vector = 0;
        for (Tensor tensor : tensors) {
            if (tensor.isMatrix()) {
                int count = Math.toIntExact(tensor.length() / Limits.CHUNK_LENGTH);
                matrixFirstChunk[matrix] = Math.toIntExact(chunk);
                matrixOffset[matrix] = offset;
                matrixColumns[matrix++] = tensor.columns();
                into.add(new Part(tensor.name(), Math.toIntExact(chunk), count));
                chunk += count;
            } else {
                vectorOffset[vector] = offset;
                vectorStart[vector + 1] = vectorStart[vector] + tensor.length();
                vector++;
            }
            offset += tensor.length();
        }
        if (vector > 0) {
            long count = (vectorStart[vector] + Limits.CHUNK_LENGTH - 1) / Limits.CHUNK_LENGTH;
            into.add(new Part(VECTORS, Math.toIntExact(chunk), Math.toIntExact(count)));
            chunk += count;
        }
        Math.toIntExact(chunk);
        return offset;
    }

    /** Tensors in canonical order. */
    public List<Tensor> tensors() {
        return tensors;
    }

    /** Parts in chunk order; together they cover each chunk once. */
    public List<Part> parts() {
        return parts;
    }

    public int chunkCount() {
        return chunkCount;
    }

    public long parameterCount() {
        return parameterCount;
    }

    /** Values of a chunk that are not padding: 1 to 4096. They have the lowest indices. */
    public int validCount(int chunk) {
        if (chunk < vectorsFirstChunk) {
            return Limits.CHUNK_LENGTH;
        }
        return (int) Math.min(Limits.CHUNK_LENGTH, vectorStart[vectorStart.length - 1] - virtual(chunk, 0));
    }

    /** Values that a contribution carries of a chunk that is not empty: k_c of rule H3. */
    public int keptCount(int chunk) {
        return keptOf(validCount(chunk));
    }

    static int keptOf(int validCount) {
        return Math.max(1, (64 * validCount + 2048) / Limits.CHUNK_LENGTH);
    }

    /** Position in θ of a chunk's value; {@code index} is below {@link #validCount}. */
    public long offset(int chunk, int index) {
        if (chunk < vectorsFirstChunk) {
            int matrix = matrixOf(chunk);
            return tileOffset(chunk, matrix) + (long) (index / SIDE) * matrixColumns[matrix] + index % SIDE;
        }
        long position = virtual(chunk, index);
        int vector = vectorOf(position);
        return vectorOffset[vector] + position - vectorStart[vector];
    }

    /** Copies a chunk's valid values out of θ (or Δ, or e) to {@code into} from 0; returns their number. */
    public int gather(float[] values, int chunk, float[] into) {
        return copy(values, chunk, into, true);
    }

    /** Copies the valid values of {@code from} to their places; returns their number. */
    public int scatter(float[] from, int chunk, float[] values) {
        return copy(values, chunk, from, false);
    }

    private int copy(float[] values, int chunk, float[] piece, boolean out) {
        return chunk < vectorsFirstChunk ? copyTile(values, chunk, piece, out) : copyVectors(values, chunk, piece, out);
    }

    private int copyTile(float[] values, int chunk, float[] piece, boolean out) {
        int matrix = matrixOf(chunk);
        int at = Math.toIntExact(tileOffset(chunk, matrix));
        for (int row = 0; row < SIDE; row++) {
            move(values, at + row * matrixColumns[matrix], piece, row * SIDE, SIDE, out);
        }
        return Limits.CHUNK_LENGTH;
    }

    private int copyVectors(float[] values, int chunk, float[] piece, boolean out) {
        int valid = validCount(chunk);
        long position = virtual(chunk, 0);
        int vector = vectorOf(position);
        for (int done = 0; done < valid; vector++) {
            int length = (int) Math.min(valid - done, vectorStart[vector + 1] - position);
            int at = Math.toIntExact(vectorOffset[vector] + position - vectorStart[vector]);
            move(values, at, piece, done, length, out);
            done += length;
            position += length;
        }
        return valid;
    }

    private static void move(float[] values, int at, float[] piece, int pieceAt, int length, boolean out) {
        if (out) {
            System.arraycopy(values, at, piece, pieceAt, length);
        } else {
            System.arraycopy(piece, pieceAt, values, at, length);
        }
    }

    private int matrixOf(int chunk) {
        int found = Arrays.binarySearch(matrixFirstChunk, chunk);
        return found >= 0 ? found : -found - 2;
    }

    private long tileOffset(int chunk, int matrix) {
        int tile = chunk - matrixFirstChunk[matrix];
        int tilesInRow = matrixColumns[matrix] / SIDE;
        long firstRow = (long) (tile / tilesInRow) * SIDE;
        return matrixOffset[matrix] + firstRow * matrixColumns[matrix] + (long) (tile % tilesInRow) * SIDE;
    }

    private long virtual(int chunk, int index) {
        return (long) (chunk - vectorsFirstChunk) * Limits.CHUNK_LENGTH + index;
    }

    private int vectorOf(long position) {
        int found = Arrays.binarySearch(vectorStart, position);
        return found >= 0 ? found : -found - 2;
    }

    /**
     * Names this layout in a contribution's header: SHA-256 over the domain, and name, rows and columns of each
     * tensor.
     */
    public Hash hash(Crypto crypto) {
        ByteWriter out = new ByteWriter();
        out.raw(DOMAIN.getBytes(StandardCharsets.US_ASCII))
                .i32(Limits.CHUNK_LENGTH)
                .i32(SIDE);
        out.i32(tensors.size());
        for (Tensor tensor : tensors) {
            out.text(tensor.name()).i32(tensor.rows()).i32(tensor.columns());
        }
        return crypto.sha256(out.toByteArray());
    }
}
