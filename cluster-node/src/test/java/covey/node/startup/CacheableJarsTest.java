package covey.node.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheableJarsTest {
    private static final ClassFile CLASS_FILE = ClassFile.of(ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(CacheableJarsTest.class.getClassLoader())
                    .orElse(ClassHierarchyResolver.defaultResolver())
                    .cached()));

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldMakeScalaLambdasPlainAndLeaveCodeThatVerifies() throws IOException {
        Path original = library("pekko-actor_");

        Path copy = copy(original);

        assertThat(copy).isNotEqualTo(original);
        assertThat(serializableScalaLambdas(original)).isGreaterThan(500);
        assertThat(serializableScalaLambdas(copy)).isZero();
        assertThat(names(copy)).isEqualTo(names(original));
        assertVerifies(copy);
    }

    @Test
    void shouldGiveOldClassesStackMaps() throws IOException {
        Path original = library("picocli-");

        Path copy = copy(original);

        assertThat(classes(original)).extracting(ClassModel::majorVersion).contains(49);
        assertThat(classes(copy)).extracting(ClassModel::majorVersion).doesNotContain(49);
        assertVerifies(copy);
    }

    @Test
    void shouldTakeSignaturesAway() throws IOException {
        Path original = library("bcpkix-");

        Path copy = copy(original);

        assertThat(names(original)).anyMatch(name -> name.endsWith(".SF"));
        assertThat(names(copy)).noneMatch(name -> name.endsWith(".SF") || name.endsWith(".RSA"));
        try (JarFile jar = new JarFile(copy.toFile())) {
            assertThat(jar.getManifest().getEntries()).isEmpty();
            assertThat(jar.getManifest().getMainAttributes()).isNotEmpty();
        }
        assertThat(classes(copy)).hasSameSizeAs(classes(original));
    }

    @Test
    void shouldLeaveOtherJarsWhereTheyAre() throws IOException {
        Path original = library("agrona-");

        assertThat(copy(original)).isEqualTo(original);
        assertThat(directory).isEmptyDirectory();
    }

    private Path copy(Path jar) throws IOException {
        return CacheableJars.of(List.of(jar), directory).getFirst();
    }

    private static Path library(String name) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private static long serializableScalaLambdas(Path jar) throws IOException {
        return classes(jar).stream()
                .flatMap(each -> each.methods().stream())
                .flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream)
                .filter(element -> element instanceof InvokeDynamicInstruction call
                        && call.bootstrapMethod().methodName().equals("altMetafactory")
                        && call.typeSymbol().returnType().descriptorString().startsWith("Lscala/Function"))
                .count();
    }

    private static void assertVerifies(Path jar) throws IOException {
        for (ClassModel each : classes(jar)) {
            assertThat(CLASS_FILE.verify(each))
                    .as(each.thisClass().asInternalName())
                    .isEmpty();
        }
    }

    private static List<String> names(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(JarEntry::getName).toList();
        }
    }

    private static List<ClassModel> classes(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            List<ClassModel> all = new ArrayList<>();
            for (JarEntry entry : Collections.list(file.entries())) {
                if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
                    all.add(CLASS_FILE.parse(file.getInputStream(entry).readAllBytes()));
                }
            }
            return all;
        }
    }
}
