package covey.chaos.means;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A network interface in a network namespace whose packets this process reads and writes (Linux TUN). Needs root. One
 * thread reads and one writes; closed when neither does any more.
 */
// The launcher allows native access (deploy/jvm.flags).
@SuppressWarnings("restricted")
final class Tun implements AutoCloseable {
    static final int PACKET_MAX_BYTES = 1 << 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout POINTER = ValueLayout.ADDRESS;
    private static final MethodHandle OPEN =
            call("open", FunctionDescriptor.of(INT, POINTER, INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle SETNS = call("setns", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle IOCTL =
            call("ioctl", FunctionDescriptor.of(INT, INT, LONG, POINTER), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle POLL = call("poll", FunctionDescriptor.of(INT, POINTER, LONG, INT));
    private static final MethodHandle READ = call("read", FunctionDescriptor.of(LONG, INT, POINTER, LONG));
    private static final MethodHandle WRITE = call("write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));

    // Of Linux: fcntl.h, sched.h, if_tun.h, poll.h
    private static final int READ_ONLY = 0;
    private static final int READ_WRITE = 2;
    private static final int NEW_NETWORK = 0x4000_0000;
    private static final long SET_INTERFACE = 0x4004_54CAL;
    private static final short PLAIN_PACKETS = 0x1001;
    private static final int NAME_MAX_BYTES = 16;
    private static final int REQUEST_BYTES = 40;
    private static final short POLL_IN = 1;

    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment in = arena.allocate(PACKET_MAX_BYTES);
    private final MemorySegment out = arena.allocate(PACKET_MAX_BYTES);
    private final MemorySegment poll = arena.allocate(8, 4);

    private Tun(int fd) {
        this.fd = fd;
        poll.set(INT, 0, fd);
        poll.set(ValueLayout.JAVA_SHORT, 4, POLL_IN);
    }

    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /**
     * Throws IOException where it cannot be made.
     *
     * @param namespace its file
     * @param name of the interface, at most 15 bytes
     */
    static Tun open(Path namespace, String name) throws IOException {
        CompletableFuture<Integer> opened = new CompletableFuture<>();
        // A thread that changes its namespace stays there, so it is one of its own.
        Thread.ofPlatform().name("tun").start(() -> {
            try {
                opened.complete(openInside(namespace, name));
            } catch (LinkageError e) {
                opened.completeExceptionally(e);
            }
        });
        int fd = opened.join();
        if (fd < 0) {
            throw new IOException("/dev/net/tun: no interface " + name + " in " + namespace + " (expected: root)");
        }
        return new Tun(fd);
    }

    /** From now on the calling thread opens sockets and interfaces there; whether that was possible. */
    static boolean enter(Path namespace) {
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) OPEN.invokeExact(arena.allocateFrom(namespace.toString()), READ_ONLY);
            return file >= 0 && (int) SETNS.invokeExact(file, NEW_NETWORK) == 0 && (int) CLOSE.invokeExact(file) == 0;
        } catch (Throwable e) {
            throw new LinkageError("a system call", e);
        }
    }

    private static int openInside(Path namespace, String name) {
        if (!enter(namespace)) {
            return -1;
        }
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) OPEN.invokeExact(arena.allocateFrom("/dev/net/tun"), READ_WRITE);
            MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
            request.setString(0, name);
            request.set(ValueLayout.JAVA_SHORT, NAME_MAX_BYTES, PLAIN_PACKETS);
            if (fd < 0 || (int) IOCTL.invokeExact(fd, SET_INTERFACE, request) == 0) {
                return fd;
            }
            int closed = (int) CLOSE.invokeExact(fd);
            assert closed == 0;
            return -1;
        } catch (Throwable e) {
            throw new LinkageError("a system call", e);
        }
    }

    /** The next packet, from its IP header on; empty if none came within {@code waitMs}, or it was no IP packet. */
    byte[] read(int waitMs) {
        try {
            if ((int) POLL.invokeExact(poll, 1L, waitMs) <= 0) {
                return new byte[0];
            }
            long bytes = (long) READ.invokeExact(fd, in, (long) PACKET_MAX_BYTES);
            return in.asSlice(0, Math.max(0, bytes)).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw new LinkageError("a system call", e);
        }
    }

    /** Lets it arrive at the namespace; what cannot is lost, as on any link. */
    void write(byte[] packet) {
        try {
            MemorySegment.copy(packet, 0, out, ValueLayout.JAVA_BYTE, 0, packet.length);
            long written = (long) WRITE.invokeExact(fd, out, (long) packet.length);
            assert written <= packet.length;
        } catch (Throwable e) {
            throw new LinkageError("a system call", e);
        }
    }

    @Override
    public void close() {
        try {
            int closed = (int) CLOSE.invokeExact(fd);
            assert closed == 0;
        } catch (Throwable e) {
            throw new LinkageError("a system call", e);
        }
        arena.close();
    }
}
