package covey.chaos.means;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import covey.protocol.testing.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real datagrams between two network namespaces. */
class RoughLinkTest {
    private static final int COUNT = 6_000;
    private static final int BYTES = 64;
    /** More than are lost for good, and fewer than a socket's buffer takes. */
    private static final int ON_THE_WAY = 200;

    private static final int PORT = 40_404;
    private static final int SILENCE_MS = 2_000;

    private interface Sockets extends Callable<DatagramChannel> {}

    /** A channel of a thread that has moved there. */
    private static DatagramChannel channel(Namespaces network, int node) {
        CompletableFuture<DatagramChannel> opened = new CompletableFuture<>();
        Sockets sockets = () -> {
            assertThat(network.enter(node)).isTrue();
            return DatagramChannel.open().bind(new InetSocketAddress(Namespaces.address(node), PORT));
        };
        Thread.ofPlatform().start(() -> {
            try {
                opened.complete(sockets.call());
            } catch (Exception | AssertionError e) {
                opened.completeExceptionally(e);
            }
        });
        return opened.join();
    }

    /** The n-th has n in each of its words; at most {@link #ON_THE_WAY} that are not lost are sent and not received. */
    private static List<int[]> through(DatagramChannel from, DatagramChannel to) throws Exception {
        Semaphore mayBeSent = new Semaphore(ON_THE_WAY);
        CompletableFuture<List<int[]>> received = CompletableFuture.supplyAsync(() -> receive(to, mayBeSent));
        for (int n = 0; n < COUNT; n++) {
            assertThat(mayBeSent.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            ByteBuffer sent = ByteBuffer.allocate(BYTES);
            while (sent.hasRemaining()) {
                sent.putInt(n);
            }
            from.send(sent.flip(), to.getLocalAddress());
        }
        return received.join();
    }

    private static List<int[]> receive(DatagramChannel to, Semaphore mayBeSent) {
        List<int[]> received = new ArrayList<>();
        byte[] room = new byte[BYTES];
        try {
            to.socket().setSoTimeout(SILENCE_MS);
            while (true) {
                to.socket().receive(new DatagramPacket(room, BYTES));
                mayBeSent.release();
                int[] words = new int[BYTES / 4];
                ByteBuffer.wrap(room).asIntBuffer().get(words);
                received.add(words);
            }
        } catch (SocketTimeoutException silence) {
            return received;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWhole(int[] words) {
        return Arrays.stream(words).allMatch(word -> word == words[0]);
    }

    private static boolean isInOrder(List<int[]> received) {
        for (int i = 1; i < received.size(); i++) {
            if (received.get(i)[0] < received.get(i - 1)[0]) {
                return false;
            }
        }
        return true;
    }

    @Test
    void shouldLoseDoubleReorderAndFalsifyWhatTakesIt() throws Exception {
        Optional<Namespaces> made = Namespaces.open(2, Seed.of(1), line -> System.err.println("skipped: " + line));
        assumeTrue(made.isPresent(), "no network namespaces");
        try (Namespaces network = made.get()) {
            assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no TUN interfaces");
            assertThat(network.canBeRough()).isTrue();
            try (DatagramChannel from = channel(network, 0);
                    DatagramChannel to = channel(network, 1)) {
                network.roughen(1);
                List<int[]> rough = through(from, to);
                List<int[]> whole =
                        rough.stream().filter(RoughLinkTest::isWhole).toList();
                HashSet<Integer> different = new HashSet<>();
                whole.forEach(words -> different.add(words[0]));
                assertThat(different.size()).isBetween(COUNT * 9 / 10, COUNT - 1);
                assertThat(whole.size()).as("some come twice").isGreaterThan(different.size());
                assertThat(rough.size()).as("some are falsified").isGreaterThan(whole.size());
                assertThat(isInOrder(whole)).isFalse();

                network.smooth(1);
                List<int[]> smooth = through(from, to);
                assertThat(smooth).hasSize(COUNT).allMatch(RoughLinkTest::isWhole);
                assertThat(isInOrder(smooth)).isTrue();
            }
        }
    }
}
