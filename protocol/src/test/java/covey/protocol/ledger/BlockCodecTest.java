package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.Statement.Ready;
import covey.protocol.model.Bytes;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockCodecTest {
    private static final TestRun RUN = TestRun.of(2, 1, 3);
    private static final Block BLOCK = RUN.blockOf(
            700,
            2,
            List.of(
                    RUN.signed(RUN.trainer(0), Role.TRAINER, new Ready(0)),
                    RUN.signed(RUN.trainer(1), Role.TRAINER, new Ready(0))));
    private static final CertifiedBlock CERTIFIED = new CertifiedBlock(
            BLOCK,
            new Certificate(
                    9,
                    1,
                    BlockCodec.hash(BLOCK, RUN.runId(), RUN.crypto()),
                    RUN.hashOf("state"),
                    List.of(
                            new Certificate.Vote(0, RUN.authority(0).sign(new byte[1])),
                            new Certificate.Vote(2, RUN.authority(2).sign(new byte[1])))));

    @Test
    void shouldReadBackWhatItWrote() throws Malformed {
        assertThat(BlockCodec.decode(BlockCodec.encode(BLOCK))).isEqualTo(BLOCK);
        assertThat(BlockCodec.decodeCertified(BlockCodec.encode(CERTIFIED))).isEqualTo(CERTIFIED);
    }

    @Test
    void shouldRefuseEachCutAndTrailingBytesA2() {
        byte[] bytes = BlockCodec.encode(CERTIFIED);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> BlockCodec.decodeCertified(cut)).isInstanceOf(Malformed.class);
        }
        assertThatThrownBy(() -> BlockCodec.decodeCertified(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(Malformed.class);
        byte[] plain = BlockCodec.encode(BLOCK);
        assertThatThrownBy(() -> BlockCodec.decode(Arrays.copyOf(plain, plain.length + 1)))
                .isInstanceOf(Malformed.class);
    }

    static LongStream seeds() {
        return Seed.range(1_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldBeCanonicalOrMalformedWhenBytesChangeA2(long number) {
        Seed seed = Seed.of(number);
        byte[] bytes = BlockCodec.encode(CERTIFIED);
        for (int flips = 1 + seed.nextInt(3); flips > 0; flips--) {
            bytes[seed.nextInt(bytes.length)] = (byte) seed.nextInt();
        }
        try {
            assertThat(BlockCodec.encode(BlockCodec.decodeCertified(bytes)))
                    .as(seed.toString())
                    .isEqualTo(bytes);
        } catch (Malformed e) {
            assertThat(e.rule()).as(seed.toString()).isNotBlank();
        }
    }

    @Test
    void shouldRefuseTooLargeABlock() {
        assertThatThrownBy(() -> BlockCodec.decode(new byte[Limits.BLOCK_MAX_BYTES + 1]))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void shouldHashEveryPartOfABlock() {
        List<Block> others = List.of(
                new Block(2, BLOCK.parent(), BLOCK.timeMs(), 2, BLOCK.beaconSignature(), BLOCK.transactions()),
                new Block(1, RUN.hashOf("x"), BLOCK.timeMs(), 2, BLOCK.beaconSignature(), BLOCK.transactions()),
                new Block(1, BLOCK.parent(), BLOCK.timeMs() + 1, 2, BLOCK.beaconSignature(), BLOCK.transactions()),
                new Block(1, BLOCK.parent(), BLOCK.timeMs(), 1, BLOCK.beaconSignature(), BLOCK.transactions()),
                new Block(1, BLOCK.parent(), BLOCK.timeMs(), 2, Bytes.of(new byte[64]), BLOCK.transactions()),
                new Block(1, BLOCK.parent(), BLOCK.timeMs(), 2, BLOCK.beaconSignature(), List.of()));
        var hash = BlockCodec.hash(BLOCK, RUN.runId(), RUN.crypto());
        for (Block other : others) {
            assertThat(BlockCodec.hash(other, RUN.runId(), RUN.crypto())).isNotEqualTo(hash);
        }
        assertThat(BlockCodec.hash(BLOCK, TestRun.of(3, 1, 1).runId(), RUN.crypto()))
                .isNotEqualTo(hash);
    }
}
