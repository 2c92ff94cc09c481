package covey.transport.agent;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.BulkTransfer.Offer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A holder in a process of its own, to be killed: serves random bytes of a seed to one fetcher. */
final class HolderProcess {
    private HolderProcess() {}

    /** @param arguments data directory, seed, length, first long of the fetcher's hotkey */
    public static void main(String[] arguments) throws InterruptedException {
        TestNode node = new TestNode(77, Path.of(arguments[0]));
        node.putAndServe(TestNode.randomBytes(Long.parseLong(arguments[1]), Integer.parseInt(arguments[2])));
        Hotkey fetcher = new Hotkey(new Hash(Long.parseLong(arguments[3]), 0, 0, 0));
        Offer offer = node.transfer.offerFor(fetcher);
        System.out.println(String.join(
                " ",
                "OFFER",
                offer.requestEndpoint(),
                offer.responseControl(),
                offer.token().toString(),
                "" + offer.requestSessionId(),
                "" + offer.responseSessionId()));
        Thread.currentThread().join();
    }

    static Process start(Path data, long seed, int length, long fetcher) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-Xmx64m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HolderProcess.class.getName()));
        command.addAll(List.of(data.toString(), "" + seed, "" + length, "" + fetcher));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Waits for the offer that it prints. */
    static Offer offer(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.startsWith("OFFER ")) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("holder process: ended (expected: an offer)");
        }
        String[] words = line.split(" ");
        return new Offer(
                words[1],
                words[2],
                Bytes.wrap(HexFormat.of().parseHex(words[3])),
                Integer.parseInt(words[4]),
                Integer.parseInt(words[5]));
    }
}
