package covey.protocol.contribution;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.port.Crypto;
import covey.protocol.testing.Contributions;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.Malformed;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile contributions: only rejections come out, never an exception, and what is accepted re-encodes to the same
 * bytes. Half of them are signed anew after the change, so that it reaches the decoder.
 */
class ContributionFuzzTest {
    private static final Layout LAYOUT = LayoutTest.MIXED;
    private static final Crypto.Signer SIGNER = TestCrypto.signer(1);
    private static final int MUTANTS = 100;

    static LongStream seeds() {
        return Seed.range(80);
    }

    private static byte[] honest(int bits, Seed seed) {
        float[] values = Contributions.values(LAYOUT, seed);
        if (seed.nextBoolean()) {
            Arrays.fill(values, 3000, 3000 + 64 * 192, 0f);
        }
        return Contributions.sealed(LAYOUT, bits, values, SIGNER);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldOnlyReject(long number) {
        Seed seed = Seed.of(number);
        int bits = 1 + (int) (number & 1);
        byte[] one = honest(bits, seed.fork("one"));
        byte[] two = honest(bits, seed.fork("two"));
        assertSound(bits, one, seed.toString());
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutate(one, two, seed);
            assertSound(bits, mutant, seed + " mutant " + i);
            assertSound(bits, signedAnew(mutant), seed + " signed mutant " + i);
        }
    }

    private static byte[] mutate(byte[] one, byte[] two, Seed seed) {
        byte[] out = one.clone();
        switch (seed.nextInt(6)) {
            case 0 -> {
                for (int flips = 1 + seed.nextInt(4); flips > 0; flips--) {
                    out[seed.nextInt(out.length)] ^= (byte) (1 << seed.nextInt(8));
                }
            }
            case 1 -> out = Arrays.copyOf(out, seed.nextInt(out.length));
            case 2 -> {
                out = Arrays.copyOf(out, out.length + 1 + seed.nextInt(64));
                if (seed.nextBoolean()) {
                    out[out.length - 1] = (byte) seed.nextInt();
                }
            }
            case 3 -> {
                int at = seed.nextInt(Math.min(one.length, two.length));
                System.arraycopy(two, at, out, at, Math.min(out.length, two.length) - at);
            }
            case 4 -> {
                int from = seed.nextInt(out.length);
                int to = seed.nextInt(out.length);
                int length = Math.min(seed.nextInt(32), out.length - Math.max(from, to));
                System.arraycopy(one, from, out, to, length);
            }
            default -> {
                int at = 180 + 4 * seed.nextInt(5);
                out[at] += (byte) (seed.nextInt(5) - 2);
                out = Arrays.copyOf(out, out.length + seed.nextInt(5) - 2);
            }
        }
        return out;
    }

    /** As an attacker with a registered hotkey would: the header's and planes' changes stay, the signature is good. */
    private static byte[] signedAnew(byte[] mutant) {
        if (mutant.length < ContributionFormat.HEADER_BYTES) {
            return mutant;
        }
        byte[] out = mutant.clone();
        byte[] signed = Arrays.copyOf(out, ContributionFormat.SIGNED_BYTES);
        byte[] planes = Arrays.copyOfRange(out, ContributionFormat.HEADER_BYTES, out.length);
        byte[] message = ContributionFormat.message(Contributions.RUN, signed, Contributions.CRYPTO.sha256(planes));
        System.arraycopy(SIGNER.sign(message).toArray(), 0, out, ContributionFormat.SIGNED_BYTES, 64);
        return out;
    }

    private static void assertSound(int bits, byte[] content, String description) {
        MemorySegment bytes = MemorySegment.ofArray(content).asReadOnly();
        Optional<Rejection> rejection =
                Contributions.check(LAYOUT, bits).check(bytes, Contributions.expected(content, SIGNER));
        if (rejection.isEmpty()) {
            assertThat(reencoded(bytes)).as(description).isEqualTo(content);
        }
    }

    /** Header and planes written again from what was read. */
    private static byte[] reencoded(MemorySegment content) {
        try {
            ContributionReader reader = ContributionReader.read(content);
            Planes planes = reader.planes(LAYOUT);
            PlaneWriter out = new PlaneWriter(LAYOUT.chunkCount(), planes.bits());
            planes.visit(chunk -> {
                out.scale(chunk.chunk(), planes.scalePattern(chunk.chunk()));
                for (int i = 0, before = -1; i < chunk.count(); before = chunk.index(i++)) {
                    out.value(chunk.index(i) - before - 1, chunk.level(i));
                }
            });
            return ContributionWriter.seal(
                    reader.header(), LAYOUT, MemorySegment.ofArray(out.toByteArray()), SIGNER, Contributions.CRYPTO);
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    /** Guards the fuzzer itself: it reaches the deep rules, and meets acceptable mutants. */
    @Test
    void shouldReachEachRuleOfTheFormat() {
        EnumMap<Rejection, Integer> met = new EnumMap<>(Rejection.class);
        int accepted = 0;
        Seed seed = Seed.of(4711);
        byte[] one = honest(1, seed.fork("one"));
        byte[] two = honest(1, seed.fork("two"));
        for (int i = 0; i < 3000; i++) {
            byte[] mutant = signedAnew(mutate(one, two, seed));
            Optional<Rejection> rejection = Contributions.check(LAYOUT, 1)
                    .check(MemorySegment.ofArray(mutant), Contributions.expected(mutant, SIGNER));
            rejection.ifPresent(found -> met.merge(found, 1, Integer::sum));
            accepted += rejection.isEmpty() ? 1 : 0;
        }
        assertThat(accepted).isPositive();
        assertThat(met.keySet())
                .contains(
                        Rejection.LENGTH,
                        Rejection.FORMAT,
                        Rejection.SCALE,
                        Rejection.INDEX,
                        Rejection.PLANE_LENGTH,
                        Rejection.FILL);
    }
}
