package covey.node.startup;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies of those libraries whose classes an AOT cache can't hold as they are, changed so that it can: signed jars, and
 * what {@link CacheableClass} says. The signatures have nobody who trusts them; Maven checks what it fetches by hash.
 */
public final class CacheableJars {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    /** JAR file specification, "Signed JAR File". */
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    private final CacheableClass classes;

    private CacheableJars(ClassLoader libraries) {
        classes = new CacheableClass(libraries);
    }

    /**
     * @param args the folder for changed jars, then the jars of a class path; the new class path is printed, a jar a
     *     line in the order given
     */
    public static void main(String[] args) throws IOException {
        List<Path> jars = Stream.of(args).skip(1).map(Path::of).toList();
        for (Path jar : of(jars, Path.of(args[0]))) {
            System.out.println(jar);
        }
    }

    /** Each jar, or its changed copy, which is written to the folder. */
    static List<Path> of(List<Path> jars, Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Path> path = new ArrayList<>();
        try (URLClassLoader libraries = new URLClassLoader(urls(jars), null)) {
            CacheableJars changed = new CacheableJars(libraries);
            for (Path jar : jars) {
                path.add(changed.copy(jar, folder));
            }
        }
        return path;
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    private Path copy(Path jar, Path folder) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile())) {
            Map<String, byte[]> changes = changes(in);
            if (changes.isEmpty()) {
                return jar;
            }
            Path copy = folder.resolve(jar.getFileName());
            write(in, changes, copy);
            return copy;
        }
    }

    private Map<String, byte[]> changes(ZipFile jar) throws IOException {
        Map<String, byte[]> changes = new LinkedHashMap<>();
        for (ZipEntry entry : Collections.list(jar.entries())) {
            changed(jar, entry).ifPresent(bytes -> changes.put(entry.getName(), bytes));
        }
        return changes;
    }

    private Optional<byte[]> changed(ZipFile jar, ZipEntry entry) throws IOException {
        String name = entry.getName();
        if (name.equals(MANIFEST)) {
            return withoutDigests(read(jar, entry));
        }
        boolean isClass = name.endsWith(".class") && !name.startsWith("META-INF/");
        return isClass ? classes.of(read(jar, entry)) : Optional.empty();
    }

    /** A signed jar's manifest has a digest of each entry, which is most of what reading it costs. */
    private static Optional<byte[]> withoutDigests(byte[] bytes) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
        if (manifest.getEntries().isEmpty()) {
            return Optional.empty();
        }
        manifest.getEntries().clear();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manifest.write(out);
        return Optional.of(out.toByteArray());
    }

    private static void write(ZipFile jar, Map<String, byte[]> changes, Path copy) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(copy)))) {
            out.setLevel(Deflater.BEST_SPEED);
            for (ZipEntry entry : Collections.list(jar.entries())) {
                if (SIGNATURE.matcher(entry.getName()).matches()) {
                    continue;
                }
                out.putNextEntry(new ZipEntry(entry.getName()));
                byte[] changed = changes.get(entry.getName());
                out.write(changed == null ? read(jar, entry) : changed);
            }
        }
    }

    private static byte[] read(ZipFile jar, ZipEntry entry) throws IOException {
        return jar.getInputStream(entry).readAllBytes();
    }
}
