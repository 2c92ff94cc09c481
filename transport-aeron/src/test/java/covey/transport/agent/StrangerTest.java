package covey.transport.agent;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer.Offer;
import covey.transport.driver.BulkDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams of strangers, made by hand, against a node's request port. */
@Timeout(60)
class StrangerTest {
    private static final short SETUP = 5;
    private static final int GIB = 1 << 30;
    private static final int TERM = 64 << 10;

    @TempDir
    Path directory;

    @Test
    void shouldAllocateNothingForSpoofedSetups() throws Exception {
        Path data = directory.resolve("node");
        try (TestNode node = new TestNode(1, data);
                DatagramSocket socket = new DatagramSocket()) {
            Offer offer = node.transfer.offerFor(new Hotkey(new Hash(9, 9, 9, 9)));
            List<String> before = images(data);

            for (int session = 1; session <= 8; session++) {
                socket.send(setup(session, GIB, offer));
                socket.send(setup(session, TERM, offer));
            }
            socket.send(setup(offer.requestSessionId(), GIB, offer));
            TestNode.await("17 dropped", () -> node.transfer.counters().droppedFrames() >= 17);
            assertThat(images(data)).isEqualTo(before).isEmpty();

            socket.send(setup(offer.requestSessionId(), TERM, offer));
            TestNode.await("an image", () -> !images(data).isEmpty());
        }
    }

    private static List<String> images(Path data) {
        Path images = BulkDriver.directory(data).resolve("images");
        try (Stream<Path> files = Files.list(images)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DatagramPacket setup(int session, int termBytes, Offer offer) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(40).put((byte) 0).put((byte) 0).putShort(SETUP);
        frame.putInt(0).putInt(session).putInt(10).putInt(1).putInt(1);
        frame.putInt(termBytes).putInt(1408).putInt(0);
        int port = Integer.parseInt(
                offer.requestEndpoint().substring(offer.requestEndpoint().indexOf(':') + 1));
        return new DatagramPacket(frame.array(), 40, InetAddress.getLoopbackAddress(), port);
    }
}
