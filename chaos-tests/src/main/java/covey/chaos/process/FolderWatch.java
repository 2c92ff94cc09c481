package covey.chaos.process;

import covey.chaos.judge.RunFolder;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks into the nodes' folders as they grow: notes when each block was first seen anywhere, and keeps each
 * contribution that some node has, before it is dropped. One thread of its own; its methods may be called from any.
 */
final class FolderWatch implements AutoCloseable {
    private static final long LOOK_NS = 50_000_000;
    private static final int LOOKS_AN_ARCHIVE = 8;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /**
     * A block when it was first seen.
     *
     * @param absent those that it says nobody need wait for
     */
    record Seen(long ms, long height, int proposer, List<Hotkey> absent) {}

    private final RunFolder run;
    private final RunClock clock;
    private final SortedMap<String, BlockTail> tails = new TreeMap<>();
    private final SortedMap<String, TreeSet<String>> archived = new TreeMap<>();
    private final List<Seen> seen = new ArrayList<>();
    private final Thread thread;
    private volatile boolean isOpen = true;

    FolderWatch(RunFolder run, RunClock clock) {
        this.run = run;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("folder-watch").start(this::watch);
    }

    private void watch() {
        for (long look = 0; isOpen; look++) {
            look(look % LOOKS_AN_ARCHIVE == 0);
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private synchronized void look(boolean archive) {
        for (Path node : folders()) {
            String name = node.getFileName().toString();
            try {
                tails.computeIfAbsent(name, _ -> new BlockTail(node.resolve("blocks")))
                        .next()
                        .forEach(this::note);
                if (archive) {
                    archive(name, node.resolve("contents"));
                }
            } catch (IOException e) {
                // The folder is being wiped, or its file replaced; the judge reads all of it in the end.
                continue;
            }
        }
    }

    private List<Path> folders() {
        try (Stream<Path> inside = Files.list(run.root())) {
            return inside.filter(folder -> Files.exists(folder.resolve("node.conf")))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private void note(CertifiedBlock certified) {
        Block block = certified.block();
        if (seen.isEmpty() || block.height() > seen.getLast().height()) {
            List<Hotkey> absent = block.transactions().stream()
                    .map(signed -> signed.transaction().statement())
                    .filter(Statement.Absent.class::isInstance)
                    .map(statement -> ((Statement.Absent) statement).subject())
                    .toList();
            seen.add(new Seen(clock.ms(), block.height(), block.proposer(), absent));
        }
    }

    private void archive(String node, Path contents) throws IOException {
        if (!Files.isDirectory(contents)) {
            return;
        }
        TreeSet<String> known = archived.computeIfAbsent(node, _ -> new TreeSet<>());
        Path target = Files.createDirectories(run.archive().resolve(node));
        try (Stream<Path> files = Files.list(contents)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (ID.matcher(name).matches() && known.add(name) && Files.size(file) <= RunFolder.ARCHIVED_MAX_BYTES) {
                    keep(file, target.resolve(name));
                }
            }
        }
    }

    private static void keep(Path file, Path kept) throws IOException {
        try {
            Files.createLink(kept, file);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException | UnsupportedOperationException otherDisk) {
            Files.copy(file, kept);
        }
    }

    /** Looks once more, so that nothing that was written before the call is missed. */
    void lookNow() {
        look(true);
    }

    /** In order of height. */
    synchronized List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** Index of the authority that proposed the last block. */
    synchronized OptionalInt writer() {
        return seen.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(seen.getLast().proposer());
    }

    @Override
    public void close() {
        isOpen = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
