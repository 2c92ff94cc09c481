package covey.node.build;

import static org.assertj.core.api.Assertions.assertThat;

import covey.node.build.SourceTree.Declaration;
import covey.node.build.SourceTree.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keeps the source readable: bounds on files, methods and packages; words that mean nothing or something else. */
class TidyTest {
    private static final int FILE_MAX_LINES = 600;
    private static final int METHOD_MAX_LINES = 60;
    private static final int PARAMETERS_MAX_COUNT = 7;
    private static final int LINE_MAX_COLUMNS = 120;
    private static final int PACKAGE_MAX_CLASSES = 20;

    /** Packages that may hold more classes, with the reason. */
    private static final Map<String, String> LARGE_PACKAGES = Map.of();

    private static final Pattern EMPTY_NAME =
            Pattern.compile("(Base|Abstract)[A-Z].*|.*(Manager|Helper|Util|Utils|Impl|Base)");

    /** Words that ARCHITECTURE.md has another word for. */
    private static final Set<String> FOREIGN_WORDS =
            Set.of("checksum", "experiment", "miner", "participant", "seeder", "uploader", "wallet");

    private static final Repository REPOSITORY = Repository.find();
    private static final List<Path> JAVA_FILES = REPOSITORY.javaFiles();
    private static List<Declaration> declarations = List.of();

    @BeforeAll
    static void parse() {
        declarations = SourceTree.declarations(JAVA_FILES);
    }

    @Test
    void shouldKeepFilesShort() {
        assertThat(JAVA_FILES.stream()
                        .filter(file -> Repository.lines(file).size() > FILE_MAX_LINES)
                        .map(REPOSITORY::name))
                .as("files of more than %d lines", FILE_MAX_LINES)
                .isEmpty();
    }

    @Test
    void shouldKeepLinesShort() {
        assertThat(lines(JAVA_FILES, line -> line.codePointCount(0, line.length()) > LINE_MAX_COLUMNS))
                .as("lines of more than %d columns", LINE_MAX_COLUMNS)
                .isEmpty();
    }

    @Test
    void shouldKeepMethodsShort() {
        assertThat(where(Kind.METHOD, method -> method.lineCount() > METHOD_MAX_LINES))
                .as("methods of more than %d lines", METHOD_MAX_LINES)
                .isEmpty();
    }

    @Test
    void shouldKeepParameterListsShort() {
        assertThat(where(Kind.METHOD, method -> method.parameterCount() > PARAMETERS_MAX_COUNT))
                .as("methods of more than %d parameters", PARAMETERS_MAX_COUNT)
                .isEmpty();
    }

    @Test
    void shouldKeepPackagesSmall() {
        var counts = new TreeMap<String, Integer>();
        JAVA_FILES.stream()
                .filter(file -> !file.endsWith("package-info.java"))
                .forEach(file -> counts.merge(REPOSITORY.folder(file), 1, Integer::sum));
        counts.keySet().removeAll(LARGE_PACKAGES.keySet());
        assertThat(counts)
                .as("classes of each package, at most %d", PACKAGE_MAX_CLASSES)
                .allSatisfy((name, count) -> assertThat(count).isLessThanOrEqualTo(PACKAGE_MAX_CLASSES));
    }

    @Test
    void shouldNameTypesForWhatTheyAre() {
        assertThat(where(Kind.TYPE, type -> EMPTY_NAME.matcher(type.name()).matches()))
                .as("names that say nothing")
                .isEmpty();
    }

    @Test
    void shouldSpeakTheWordsOfTheProject() {
        assertThat(declarations.stream()
                        .filter(declaration -> hasForeignWord(declaration.name()))
                        .map(TidyTest::describe))
                .as("names with a word that the project has another one for: %s", FOREIGN_WORDS)
                .isEmpty();
    }

    private static boolean hasForeignWord(String name) {
        return Stream.of(name.split("(?<=[a-z0-9])(?=[A-Z])|_"))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .anyMatch(FOREIGN_WORDS::contains);
    }

    @Test
    void shouldSplitNamesIntoWords() {
        assertThat(hasForeignWord("lastMinerCount")).isTrue();
        assertThat(hasForeignWord("MAX_WALLET_COUNT")).isTrue();
        assertThat(hasForeignWord("determinerCount")).isFalse();
    }

    @Test
    void shouldDocumentAndNullMarkEachPackage() {
        Stream<String> packages = JAVA_FILES.stream()
                .map(REPOSITORY::folder)
                .filter(folder -> folder.contains("src/main/java"))
                .distinct();
        assertThat(packages)
                .as("packages with a package-info of a doc comment and @NullMarked")
                .allSatisfy(folder -> assertThat(text(REPOSITORY.root().resolve(folder + "/package-info.java")))
                        .contains("/**", "@NullMarked"));
    }

    private static String text(Path file) {
        assertThat(file).exists();
        return Repository.text(file);
    }

    @Test
    void shouldLeaveNoLooseEnds() {
        var looseEnd = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
        assertThat(lines(REPOSITORY.textFiles(), line -> looseEnd.matcher(line).find()))
                .as("loose ends")
                .isEmpty();
    }

    @Test
    void shouldKeepTestsHonest() {
        var banned = Pattern.compile("Thread\\.sl" + "eep\\(|@Dis" + "abled\\b|TimeUnit\\.\\w+\\.sl" + "eep\\(");
        List<Path> tests = JAVA_FILES.stream()
                .filter(file -> REPOSITORY.name(file).contains("src/test/"))
                .toList();
        assertThat(lines(tests, line -> banned.matcher(line).find()))
                .as("tests that sleep or are switched off")
                .isEmpty();
    }

    @Test
    void shouldDrawFromSeedsOnly() {
        var unseeded = Pattern.compile("\\bnew (SplittableRandom|Ran" + "dom)\\(\\)|Math\\.ran" + "dom\\(");
        assertThat(lines(JAVA_FILES, line -> unseeded.matcher(line).find()))
                .as("random numbers without a seed")
                .isEmpty();
    }

    @Test
    void shouldNotKnowTheMachineItWasWrittenOn() {
        var absolute = Pattern.compile("(?<![\\w.$}/-])/(root|home|work|Users)/\\w");
        assertThat(lines(REPOSITORY.textFiles(), line -> absolute.matcher(line).find()))
                .as("paths of one machine")
                .isEmpty();
    }

    private static List<String> where(Kind kind, Predicate<Declaration> wrong) {
        return declarations.stream()
                .filter(declaration -> declaration.kind() == kind)
                .filter(wrong)
                .map(TidyTest::describe)
                .toList();
    }

    private static String describe(Declaration found) {
        return "%s:%d %s (%d lines, %d parameters)"
                .formatted(
                        REPOSITORY.name(found.file()),
                        found.line(),
                        found.name(),
                        found.lineCount(),
                        found.parameterCount());
    }

    private static List<String> lines(List<Path> files, Predicate<String> wrong) {
        var found = new ArrayList<String>();
        for (Path file : files) {
            List<String> lines = Repository.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (wrong.test(lines.get(i))) {
                    found.add(REPOSITORY.name(file) + ":" + (i + 1) + " "
                            + lines.get(i).strip());
                }
            }
        }
        return found;
    }
}
