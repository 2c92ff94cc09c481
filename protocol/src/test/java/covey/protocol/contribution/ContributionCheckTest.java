package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.contribution.ContributionCheck.Expected;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContributionCheckTest {
    private static final Layout LAYOUT = LayoutTest.MIXED;
    private static final Crypto.Signer SIGNER = TestCrypto.signer(1);
    private static final Hash OTHER = Contributions.CRYPTO.sha256(new byte[] {99});

    private final byte[] planes =
            new ReferenceCompressor(LAYOUT, 1, 0.95f).encode(Contributions.values(LAYOUT, Seed.of(1)));
    private final byte[] content = Contributions.sealed(LAYOUT, 1, planes, SIGNER);

    private static Optional<Rejection> check(byte[] content) {
        return check(content, Contributions.expected(content, SIGNER));
    }

    private static Optional<Rejection> check(byte[] content, Expected expected) {
        return Contributions.check(LAYOUT, 1).check(MemorySegment.ofArray(content), expected);
    }

    private Optional<Rejection> checkWith(UnaryOperator<ContributionHeader> change) {
        ContributionHeader header = change.apply(Contributions.header(LAYOUT, 1, SIGNER));
        return check(
                ContributionWriter.seal(header, LAYOUT, MemorySegment.ofArray(planes), SIGNER, Contributions.CRYPTO));
    }

    @Test
    void shouldAcceptAnHonestContribution() {
        assertThat(check(content)).isEmpty();
        assertThat(ContributionFormat.HEADER_BYTES).isEqualTo(264);
    }

    @Test
    void shouldRejectAHeaderOfSomethingElse() {
        assertThat(checkWith(h -> new ContributionHeader(
                        new RunId(OTHER),
                        h.round(),
                        h.hotkey(),
                        h.baseRoot(),
                        h.layout(),
                        h.samples(),
                        h.steps(),
                        h.bits())))
                .contains(Rejection.RUN);
        assertThat(checkWith(h -> new ContributionHeader(
                        h.run(),
                        h.round() + 1,
                        h.hotkey(),
                        h.baseRoot(),
                        h.layout(),
                        h.samples(),
                        h.steps(),
                        h.bits())))
                .contains(Rejection.ROUND);
        assertThat(checkWith(h -> new ContributionHeader(
                        h.run(),
                        h.round(),
                        h.hotkey(),
                        new ContentId(OTHER),
                        h.layout(),
                        h.samples(),
                        h.steps(),
                        h.bits())))
                .contains(Rejection.BASE_ROOT);
        assertThat(checkWith(h -> new ContributionHeader(
                        h.run(), h.round(), h.hotkey(), h.baseRoot(), OTHER, h.samples(), h.steps(), h.bits())))
                .contains(Rejection.LAYOUT);
        assertThat(check(
                        content,
                        new Expected(
                                Contributions.ROUND,
                                TestCrypto.signer(2).hotkey(),
                                Contributions.BASE_ROOT,
                                content.length)))
                .contains(Rejection.HOTKEY);
    }

    /** H = 15: at least 7 inner steps (rule H10). */
    @ParameterizedTest
    @CsvSource({"6, true", "7, false", "15, false", "16, true"})
    void shouldRejectTooFewOrTooManySteps(int steps, boolean rejected) {
        Optional<Rejection> found = checkWith(h -> new ContributionHeader(
                h.run(), h.round(), h.hotkey(), h.baseRoot(), h.layout(), h.samples(), steps, h.bits()));
        assertThat(found).isEqualTo(rejected ? Optional.of(Rejection.STEPS) : Optional.empty());
    }

    @Test
    void shouldRejectTheOtherNumberOfBits() {
        byte[] two = Contributions.sealed(LAYOUT, 2, Contributions.values(LAYOUT, Seed.of(1)), SIGNER);
        assertThat(check(two)).contains(Rejection.BITS);
        assertThat(Contributions.check(LAYOUT, 2)
                        .check(MemorySegment.ofArray(two), Contributions.expected(two, SIGNER)))
                .isEmpty();
    }

    @Test
    void shouldRejectAnotherLength() {
        Expected shorter =
                new Expected(Contributions.ROUND, SIGNER.hotkey(), Contributions.BASE_ROOT, content.length - 1);
        assertThat(check(content, shorter)).contains(Rejection.LENGTH);
        assertThat(check(Arrays.copyOf(content, content.length + 1))).contains(Rejection.LENGTH);
        assertThat(check(Arrays.copyOf(content, content.length - 1))).contains(Rejection.LENGTH);
        assertThat(check(Arrays.copyOf(content, 263))).contains(Rejection.FORMAT);
        assertThat(check(new byte[0])).contains(Rejection.FORMAT);
    }

    @Test
    void shouldRejectAForgedSignature() {
        for (int at : new int[] {148, 199 + 1, 263, 264, content.length - 1}) {
            byte[] changed = content.clone();
            changed[at] ^= 1;
            assertThat(check(changed)).as("byte %d", at).contains(Rejection.SIGNATURE);
        }
    }

    @Test
    void shouldRejectAnUnknownMagicVersionOrRange() {
        for (int at : new int[] {0, 3, 4, 5, 7, 11, 19, 183}) {
            byte[] changed = content.clone();
            changed[at] ^= (byte) 0x80;
            assertThat(check(changed)).as("byte %d", at).contains(Rejection.FORMAT);
        }
    }

    @Test
    void shouldRefuseToSealForAnotherHotkey() {
        assertThatThrownBy(() -> ContributionWriter.seal(
                        Contributions.header(LAYOUT, 1, TestCrypto.signer(2)),
                        LAYOUT,
                        MemorySegment.ofArray(planes),
                        SIGNER,
                        Contributions.CRYPTO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
