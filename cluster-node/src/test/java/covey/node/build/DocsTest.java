package covey.node.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pages and code point at each other: links lead somewhere, and a rule that is named exists. */
class DocsTest {
    private static final int README_MAX_LINES = 150;
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern RULE = Pattern.compile("\\brules? ((?:[A-K]\\d+(?:, | and | to |-)?)+)");
    private static final Pattern NUMBER = Pattern.compile("[A-K]\\d+");

    private static final Repository REPOSITORY = Repository.find();

    @Test
    void shouldKeepTheReadmeShort() {
        assertThat(Repository.lines(REPOSITORY.root().resolve("README.md"))).hasSizeLessThanOrEqualTo(README_MAX_LINES);
    }

    @Test
    void shouldLinkToWhatExists() {
        assertThat(pages().flatMap(page -> links(page)
                        .filter(link -> !Files.exists(page.resolveSibling(link)))
                        .map(link -> REPOSITORY.name(page) + " -> " + link)))
                .as("links that lead nowhere")
                .isEmpty();
    }

    @Test
    void shouldNameRulesThatExist() {
        String rules = Repository.text(REPOSITORY.root().resolve("docs/rules.md"));
        var known = new TreeSet<String>();
        Pattern.compile("\\*\\*([A-K]\\d+)\\*\\*").matcher(rules).results().forEach(rule -> known.add(rule.group(1)));
        assertThat(known).hasSizeGreaterThan(50);

        var unknown = new TreeSet<String>();
        Stream.concat(pages(), REPOSITORY.javaFiles().stream())
                .forEach(file -> named(Repository.text(file))
                        .filter(rule -> !known.contains(rule))
                        .forEach(rule -> unknown.add(REPOSITORY.name(file) + " names " + rule)));
        assertThat(unknown).as("rules that docs/rules.md lacks").isEmpty();
    }

    @Test
    void shouldFindRulesInProse() {
        assertThat(named("as (rules B1, B4 and D7) say; rule E3. Tier A1 is no rule"))
                .containsExactly("B1", "B4", "D7", "E3");
    }

    private static Stream<Path> pages() {
        return REPOSITORY.textFiles().stream().filter(file -> file.toString().endsWith(".md"));
    }

    private static Stream<String> links(Path page) {
        return LINK.matcher(Repository.text(page)).results().map(link -> link.group(1));
    }

    private static Stream<String> named(String text) {
        return RULE.matcher(text)
                .results()
                .map(MatchResult::group)
                .flatMap(rules -> NUMBER.matcher(rules).results().map(MatchResult::group));
    }
}
