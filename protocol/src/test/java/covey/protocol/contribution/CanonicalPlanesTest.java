package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.model.ModelShape.Tensor;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.TestCrypto;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each rule of H4 is broken once, in a contribution whose signature is good. */
class CanonicalPlanesTest {
    /** One tile, and one padded chunk of 200 values of which 3 are kept. */
    private static final Layout LAYOUT = Layout.of(List.of(new Tensor("m", 64, 64), new Tensor("v", 200, 1)));

    private static final int ONE = 0x3C00;

    /** An empty tile, and values at the indices given in the second chunk. */
    private static byte[] planes(int bits, int scale, int... indices) {
        PlaneWriter out = new PlaneWriter(2, bits);
        out.scale(1, scale);
        int before = -1;
        for (int index : indices) {
            out.value(index - before - 1, 3);
            before = index;
        }
        return out.toByteArray();
    }

    private static Optional<Rejection> check(int bits, byte[] planes, PlaneLengths lengths) {
        var signer = TestCrypto.signer(3);
        ContributionHeader header = Contributions.header(LAYOUT, bits, signer);
        byte[] signed = ContributionFormat.write(header, lengths);
        byte[] message = ContributionFormat.message(header.run(), signed, Contributions.CRYPTO.sha256(planes));
        byte[] content = Arrays.copyOf(signed, ContributionFormat.HEADER_BYTES + planes.length);
        System.arraycopy(signer.sign(message).toArray(), 0, content, ContributionFormat.SIGNED_BYTES, 64);
        System.arraycopy(planes, 0, content, ContributionFormat.HEADER_BYTES, planes.length);
        return Contributions.check(LAYOUT, bits)
                .check(MemorySegment.ofArray(content), Contributions.expected(content, signer));
    }

    /** Scales 4, one byte of signs, two of low bits, the rest unary. */
    private static Optional<Rejection> check(byte[] planes) {
        return check(1, planes, new PlaneLengths(4, 1, 0, 2, planes.length - 7));
    }

    @Test
    void shouldAcceptTheCanonicalForm() {
        byte[] planes = planes(1, ONE, 0, 40, 150);
        assertThat(planes).hasSize(4 + 1 + 2 + 1);
        assertThat(check(planes)).isEmpty();
        assertThat(check(2, planes(2, ONE, 0, 40, 150), new PlaneLengths(4, 1, 1, 2, 1)))
                .isEmpty();
        assertThat(check(1, new byte[4], new PlaneLengths(4, 0, 0, 0, 0))).isEmpty();
        assertThat(check(planes(1, Scale.MAX_PATTERN, 0, 1, 2))).isEmpty();
        assertThat(check(planes(1, 1, 197, 198, 199))).isEmpty();
    }

    @Test
    void shouldRejectScalesAboveEightNegativeOrNotANumber() {
        for (int pattern : new int[] {Scale.MAX_PATTERN + 1, 0x7BFF, 0x7C00, 0x7E00, 0x8000, 0x8001, 0xBC00, 0xFFFF}) {
            assertThat(check(planes(1, pattern, 0, 1, 2))).as("%x", pattern).contains(Rejection.SCALE);
        }
    }

    @Test
    void shouldRejectAnIndexToPadding() {
        assertThat(check(planes(1, ONE, 0, 1, 200))).contains(Rejection.INDEX);
        assertThat(check(planes(1, ONE, 0, 1, 4095))).contains(Rejection.INDEX);
    }

    @Test
    void shouldRejectAQuotientThatNoIndexHas() {
        byte[] planes = planes(1, ONE, 0, 1, 2);
        byte[] long40 = Arrays.copyOf(planes, 7 + 40);
        Arrays.fill(long40, 7, 47, (byte) 0xFF);
        long40[46] = 0;
        assertThat(check(long40)).contains(Rejection.INDEX);
    }

    @Test
    void shouldRejectFewerOrMoreValuesThanTheRuleKeeps() {
        assertThat(check(planes(1, ONE, 0, 199))).contains(Rejection.PLANE_LENGTH);
        byte[] four = planes(1, ONE, 0, 1, 2, 3);
        assertThat(check(1, four, new PlaneLengths(4, 1, 0, 3, 1))).contains(Rejection.PLANE_LENGTH);
        assertThat(check(planes(1, 0, 0, 1, 2))).contains(Rejection.PLANE_LENGTH);
    }

    @Test
    void shouldRejectSetFillBits() {
        byte[] planes = planes(1, ONE, 0, 40, 150);
        int[][] fills = {{4, 3}, {4, 7}, {6, 7}, {7, 7}};
        for (int[] fill : fills) {
            byte[] changed = planes.clone();
            changed[fill[0]] |= (byte) (1 << fill[1]);
            assertThat(check(changed)).as("byte %d bit %d", fill[0], fill[1]).contains(Rejection.FILL);
        }
        byte[] two = planes(2, ONE, 0, 40, 150);
        two[5] |= 8;
        assertThat(check(2, two, new PlaneLengths(4, 1, 1, 2, 1))).contains(Rejection.FILL);
    }

    @Test
    void shouldRejectTrailingBytesOfAnyPlane() {
        byte[] planes = planes(1, ONE, 0, 1, 2);
        for (int at = 4; at <= planes.length; at++) {
            byte[] longer = new byte[planes.length + 1];
            System.arraycopy(planes, 0, longer, 0, at);
            System.arraycopy(planes, at, longer, at + 1, planes.length - at);
            assertThat(check(1, longer, new PlaneLengths(4, 2, 0, 2, 1))).isPresent();
            assertThat(check(1, longer, new PlaneLengths(4, 1, 0, 3, 1))).isPresent();
            assertThat(check(1, longer, new PlaneLengths(4, 1, 0, 2, 2))).isPresent();
            assertThat(check(1, longer, new PlaneLengths(4, 1, 1, 2, 1))).contains(Rejection.PLANE_LENGTH);
            assertThat(check(1, longer, new PlaneLengths(5, 1, 0, 2, 1))).contains(Rejection.PLANE_LENGTH);
        }
    }

    @Test
    void shouldRejectPlaneLengthsThatOverflow() {
        byte[] planes = planes(1, ONE, 0, 1, 2);
        assertThat(check(1, planes, new PlaneLengths(Integer.MIN_VALUE, 1, 0, 2, 1)))
                .contains(Rejection.FORMAT);
        assertThat(check(1, planes, new PlaneLengths(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 2, 1)))
                .contains(Rejection.LENGTH);
    }

    @Test
    void shouldRejectATruncatedUnaryPlane() {
        byte[] planes = planes(1, ONE, 0, 40, 150);
        assertThat(check(1, Arrays.copyOf(planes, planes.length - 1), new PlaneLengths(4, 1, 0, 2, 0)))
                .contains(Rejection.PLANE_LENGTH);
    }
}
