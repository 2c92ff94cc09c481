package covey.compute.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A device in the process' own memory. New memory is poisoned with values that are not numbers, and has a border that
 * must be as it was when it is freed.
 */
public final class ShimDevice implements Device {
    private static final long BORDER = 256;
    private static final byte POISON = (byte) 0xFF;
    private static final byte GUARD = 0x5A;

    private final Shim shim;
    private final Map<Long, Piece> pieces = new TreeMap<>();

    private record Piece(Arena arena, MemorySegment whole) {}

    private ShimDevice(Shim shim) {
        this.shim = shim;
    }

    /** Empty where there is no C++ compiler. */
    public static Optional<ShimDevice> open() {
        return Shim.instance().map(ShimDevice::new);
    }

    @Override
    public long allocate(long bytes) {
        Arena arena = Arena.ofShared();
        MemorySegment whole = arena.allocate(bytes + 2 * BORDER, BORDER).fill(GUARD);
        whole.asSlice(BORDER, bytes).fill(POISON);
        pieces.put(whole.address() + BORDER, new Piece(arena, whole));
        return whole.address() + BORDER;
    }

    @Override
    public void free(long address) {
        Piece piece = Objects.requireNonNull(pieces.remove(address), "freed twice");
        check(piece.whole().asSlice(0, BORDER));
        check(piece.whole().asSlice(piece.whole().byteSize() - BORDER));
        piece.arena().close();
    }

    private static void check(MemorySegment border) {
        byte[] expected = new byte[(int) BORDER];
        Arrays.fill(expected, GUARD);
        assertThat(border.toArray(ValueLayout.JAVA_BYTE))
                .as("memory beside a buffer")
                .isEqualTo(expected);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment at(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void clear(long address, long bytes) {
        at(address, bytes).fill((byte) 0);
    }

    @Override
    public void write(MemorySegment from, long address) {
        at(address, from.byteSize()).copyFrom(from);
    }

    @Override
    public void read(long address, MemorySegment to) {
        to.copyFrom(at(address, to.byteSize()));
    }

    @Override
    public void copy(long from, long to, long bytes) {
        at(to, bytes).copyFrom(at(from, bytes));
    }

    @Override
    public void launch(KernelCall call) {
        assertThat(Shim.kernels(call.module())).contains(call.name());
        shim.run(call);
    }

    @Override
    public void close() {
        List.copyOf(pieces.keySet()).forEach(this::free);
    }
}
