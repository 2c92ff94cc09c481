package covey.node.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;

/** One TCP connection over loopback, from a thread that only writes to the caller, which only reads. */
final class TcpPair {
    private static final int BUFFER_BYTES = 256 << 10;

    private TcpPair() {}

    /** Nanoseconds from connecting until all bytes of a content are in this process's memory. */
    static long fetch(byte[] content) {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Void> sent = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name("bench-tcp").start(() -> send(server, content, sent));
            long start = System.nanoTime();
            try (SocketChannel in = SocketChannel.open(server.getLocalAddress())) {
                receive(in, content.length);
            }
            long elapsedNs = System.nanoTime() - start;
            sent.join();
            return elapsedNs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(ServerSocketChannel server, byte[] content, CompletableFuture<Void> sent) {
        try (SocketChannel out = server.accept()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
            for (int at = 0; at < content.length; at += direct.limit()) {
                direct.clear()
                        .put(content, at, Math.min(BUFFER_BYTES, content.length - at))
                        .flip();
                while (direct.hasRemaining()) {
                    out.write(direct);
                }
            }
            sent.complete(null);
        } catch (IOException e) {
            sent.completeExceptionally(e);
        }
    }

    private static void receive(SocketChannel in, int length) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
        byte[] content = new byte[length];
        for (int at = 0; at < length; ) {
            if (in.read(direct) < 0) {
                throw new IOException("connection: ended after " + at + " bytes (expected: " + length + ")");
            }
            int count = direct.flip().remaining();
            direct.get(content, at, count).clear();
            at += count;
        }
    }
}
