package covey.chaos.judge;

import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.model.ContentId;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Contents that nodes were seen with, though they may have dropped them since. */
final class Archived {
    private final Path archive;
    private final SortedMap<String, TreeSet<String>> holders = new TreeMap<>();

    Archived(Path archive) {
        this.archive = archive;
        folders(archive)
                .forEach(node -> files(node)
                        .forEach(id -> holders.computeIfAbsent(id, _ -> new TreeSet<>())
                                .add(node.getFileName().toString())));
    }

    private static List<Path> folders(Path archive) {
        if (!Files.isDirectory(archive)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(archive)) {
            return inside.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the nodes that had it. */
    List<String> holders(ContentId id) {
        return List.copyOf(holders.getOrDefault(id.toString(), new TreeSet<>(Collections.emptySortedSet())));
    }

    Optional<MemorySegment> content(ContentId id) {
        return holders(id).stream().findFirst().map(node -> {
            try {
                return MemorySegment.ofArray(
                        Files.readAllBytes(archive.resolve(node).resolve(id.toString())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Empty if nobody had it, or if it is no contribution. */
    Optional<ContributionHeader> header(ContentId id) {
        return content(id).flatMap(bytes -> {
            try {
                return Optional.of(ContributionReader.read(bytes).header());
            } catch (Malformed e) {
                return Optional.empty();
            }
        });
    }
}
