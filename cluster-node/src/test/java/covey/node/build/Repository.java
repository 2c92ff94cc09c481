package covey.node.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of this repository, in order of their paths. */
record Repository(Path root) {
    /** Folders that a build or a run leaves behind. */
    private static final List<String> LEFTOVERS = List.of("target", ".git", ".cache", ".idea", ".vscode", "covey-runs");

    /** Walks up from the working folder to the pom that lists the modules. */
    static Repository find() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path pom = folder.resolve("pom.xml");
            if (Files.exists(pom) && text(pom).contains("<modules>")) {
                return new Repository(folder);
            }
            folder = folder.getParent();
        }
        throw new IllegalStateException("working folder: " + Path.of("").toAbsolutePath() + " (expected: in the tree)");
    }

    List<Path> javaFiles() {
        return files(path -> path.toString().endsWith(".java"));
    }

    /** Every file that is neither built, nor git's, nor binary. */
    List<Path> textFiles() {
        return files(path -> !path.toString().matches(".*\\.(bin|png|jar|gz|aot)"));
    }

    private List<Path> files(Predicate<Path> wanted) {
        try (Stream<Path> tree = Files.find(root, 40, (path, attributes) -> attributes.isRegularFile())) {
            return tree.filter(path -> !isLeftover(path))
                    .filter(wanted)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isLeftover(Path path) {
        for (Path part : root.relativize(path)) {
            if (LEFTOVERS.contains(part.toString())) {
                return true;
            }
        }
        return false;
    }

    /** The path as a reader of a message knows it. */
    String name(Path path) {
        return root.relativize(path).toString().replace('\\', '/');
    }

    /** The name of the folder that a file lies in. */
    String folder(Path path) {
        String name = name(path);
        return name.substring(0, name.lastIndexOf('/'));
    }

    static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    static List<String> lines(Path path) {
        return text(path).lines().toList();
    }
}
