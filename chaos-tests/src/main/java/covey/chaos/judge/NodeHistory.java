package covey.chaos.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.chaos.judge.RunFolder.NodeFolder;
import covey.node.store.JournalFile;
import covey.protocol.journal.JournalCodec;
import covey.protocol.journal.JournalEntry;
import covey.protocol.model.ContentId;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerInput;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Files;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What one node did, by its journal: rounds settled in order, once, none gone after a start, one content a round (rules
 * E1, E3, D11), each θ the one that everybody must have.
 */
final class NodeHistory {
    private final String node;
    private final SortedMap<Long, ContentId> roots;
    private final Consumer<Finding> findings;
    private final SortedMap<Long, ContentId> recorded = new TreeMap<>();
    private long settledRound;
    private long startCount;

    /** @param roots of θ after each round */
    NodeHistory(NodeFolder folder, SortedMap<Long, ContentId> roots, Crypto crypto, Consumer<Finding> findings)
            throws IOException {
        this.node = folder.name();
        this.roots = roots;
        this.findings = findings;
        readJournal(folder, new JournalCodec(crypto));
        readEvents(folder);
    }

    private void readJournal(NodeFolder folder, JournalCodec codec) throws IOException {
        JournalFile.Scan scan = JournalFile.scan(folder.journal(), entry -> {
            try {
                if (codec.decode(entry.content()).body() instanceof JournalEntry.Input input) {
                    hear(input.input());
                }
            } catch (Malformed e) {
                find("malformed-journal", "entry " + entry.sequence() + ": " + e.rule());
            }
        });
        if (scan.damage() != null && !scan.damage().torn()) {
            find("damaged-journal", scan.damage().toString());
        }
    }

    private void hear(PeerInput input) {
        switch (input) {
            case PeerInput.Settled settled -> {
                if (settled.round() != settledRound + 1) {
                    find("applied-once", "settled round " + settled.round() + " after " + settledRound);
                }
                isAt(settled.round(), settled.root());
            }
            case PeerInput.Loaded loaded -> {
                if (loaded.round() <= settledRound) {
                    find("applied-once", "loaded round " + loaded.round() + " after " + settledRound);
                }
                isAt(loaded.round(), loaded.root());
            }
            case PeerInput.Restarted restarted -> restarted(restarted.memory());
            case PeerInput.Recorded record -> record(record);
            case PeerInput.Advanced _,
                    PeerInput.Stored _,
                    PeerInput.NotFetched _,
                    PeerInput.Judged _,
                    PeerInput.Trained _,
                    PeerInput.NotFinite _ -> {}
        }
    }

    /** What was durable before its input was journaled may be news; what was journaled may not be gone. */
    private void restarted(PeerInput.Memory memory) {
        startCount++;
        if (memory.settledRound() < settledRound) {
            find("lost-settlement", "settled round " + settledRound + ", restarted with " + memory.settledRound());
        }
        isAt(memory.settledRound(), memory.root());
        memory.recorded().ifPresent(this::record);
    }

    private void record(PeerInput.Recorded record) {
        ContentId first = recorded.putIfAbsent(record.round(), record.contribution());
        if (first != null && !first.equals(record.contribution())) {
            find("two-contents", "round " + record.round() + ": " + record.contribution() + " after " + first);
        }
    }

    private void isAt(long round, ContentId root) {
        settledRound = round;
        compare("journal", round, root.toString());
    }

    /** A kill may tear the last line. */
    private void readEvents(NodeFolder folder) throws IOException {
        if (!Files.exists(folder.events())) {
            return;
        }
        for (String line : Files.readAllLines(folder.events())) {
            if (line.endsWith("}") && line.contains("\"applied\"")) {
                JsonNode event = new JsonMapper().readTree(line);
                compare(
                        "events",
                        event.path("round").asLong(),
                        event.path("stateRoot").asText());
            }
        }
    }

    private void compare(String source, long round, String root) {
        ContentId expected = roots.get(round);
        if (expected != null && !expected.toString().equals(root)) {
            find("other-root", source + ", round " + round + ": " + root + " (expected: " + expected + ")");
        }
    }

    private void find(String invariant, String what) {
        findings.accept(new Finding(invariant, node + ": " + what));
    }

    /** The last round whose outer step it made. */
    long settledRound() {
        return settledRound;
    }

    /** How often it started with this journal. */
    long startCount() {
        return startCount;
    }
}
