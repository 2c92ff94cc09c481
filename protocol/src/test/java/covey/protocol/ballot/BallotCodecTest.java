package covey.protocol.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Limits;
import covey.protocol.testing.Seed;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BallotCodecTest {
    private static final BallotNumber BALLOT = new BallotNumber(1L << 40, 4);

    private final OneAuthority run = OneAuthority.voting(5, 2);
    private final Block block = run.block(0, 100);
    private final Accepted accepted = new Accepted(BALLOT, block);
    private final SignedVote.Promised promised = run.promised(3, BALLOT, 0, Optional.of(accepted));
    private final SignedVote.Acked acked = run.acked(4, BALLOT, run.ledger(), block);
    private final CertifiedBlock certified = run.certified(run.ledger(), block, BALLOT, 0, 2, 4);

    private final List<BallotMessage> messages = List.of(
            new BallotMessage.Prepare(BALLOT, 7),
            new BallotMessage.Promise(promised, Optional.of(accepted)),
            new BallotMessage.Promise(run.promised(3, BALLOT, 0, Optional.empty()), Optional.empty()),
            new BallotMessage.Propose(BALLOT, block),
            new BallotMessage.Ack(acked),
            new BallotMessage.Nack(BALLOT, new BallotNumber(9, 0)),
            new BallotMessage.Certified(List.of()),
            new BallotMessage.Certified(List.of(certified, certified)),
            new BallotMessage.Need(0),
            new BallotMessage.AskNewest(-3),
            new BallotMessage.Newest(5, 6, Optional.empty()),
            new BallotMessage.Newest(5, 6, Optional.of(acked)),
            new BallotMessage.Newest(5, 6, Optional.of(promised)));
    private final List<VoteRecord> votes = List.of(
            VoteRecord.EMPTY,
            new VoteRecord(BALLOT, Optional.of(accepted), Optional.of(acked)),
            new VoteRecord(BALLOT, Optional.empty(), Optional.of(promised)));

    @Test
    void shouldReadWhatItWrote() throws Malformed {
        for (BallotMessage message : messages) {
            assertThat(BallotCodec.decode(BallotCodec.encode(message))).isEqualTo(message);
        }
        for (VoteRecord vote : votes) {
            assertThat(BallotCodec.decodeVote(BallotCodec.encode(vote))).isEqualTo(vote);
        }
    }

    @Test
    void shouldRefuseEveryCutAndTrailingBytes() {
        for (BallotMessage message : messages) {
            byte[] bytes = BallotCodec.encode(message);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> BallotCodec.decode(cut)).isInstanceOf(Malformed.class);
            }
            assertThatThrownBy(() -> BallotCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                    .isInstanceOf(Malformed.class);
        }
        for (VoteRecord vote : votes) {
            byte[] bytes = BallotCodec.encode(vote);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> BallotCodec.decodeVote(cut)).isInstanceOf(Malformed.class);
            }
            assertThatThrownBy(() -> BallotCodec.decodeVote(Arrays.copyOf(bytes, bytes.length + 1)))
                    .isInstanceOf(Malformed.class);
        }
    }

    @Test
    void shouldHaveOneEncodingAValueWhateverIsChanged() {
        Seed.range(4_000).forEach(number -> {
            Seed seed = Seed.of(number);
            byte[] bytes = BallotCodec.encode(messages.get(seed.nextInt(messages.size())));
            bytes[seed.nextInt(bytes.length)] ^= (byte) (1 + seed.nextInt(255));
            try {
                assertThat(BallotCodec.encode(BallotCodec.decode(bytes)))
                        .as(seed.toString())
                        .isEqualTo(bytes);
            } catch (Malformed e) {
                assertThat(e.rule()).isNotBlank();
            }
        });
    }

    @Test
    void shouldRefuseWhatIsTooLarge() {
        byte[] large = new byte[Limits.BALLOT_MESSAGE_MAX_BYTES + 1];
        assertThatThrownBy(() -> BallotCodec.decode(large)).hasMessageContaining("expected: at most");
        byte[] many = new ByteWriter().u8(6).i32(Limits.CERTIFIED_MAX_COUNT + 1).toByteArray();
        assertThatThrownBy(() -> BallotCodec.decode(many)).hasMessageContaining("count");
        byte[] noBallot = new ByteWriter().u8(1).i64(0).u8(1).i64(0).toByteArray();
        assertThatThrownBy(() -> BallotCodec.decode(noBallot)).hasMessageContaining("ballot");
    }

    @Test
    void shouldCarryAsManyBlocksAsFit() throws Malformed {
        BallotMessage.Certified many = BallotCodec.fitting(Collections.nCopies(100, certified));
        assertThat(many.blocks()).hasSize(Limits.CERTIFIED_MAX_COUNT);
        assertThat(BallotCodec.decode(BallotCodec.encode(many))).isEqualTo(many);
        assertThat(BallotCodec.fitting(List.of(certified)).blocks()).hasSize(1);
    }

    @Test
    void ballotsShouldBeOrderedByCounterThenAuthorityC1() {
        assertThat(new BallotNumber(2, 0).isAbove(new BallotNumber(1, 4))).isTrue();
        assertThat(new BallotNumber(2, 1).isAbove(new BallotNumber(2, 0))).isTrue();
        assertThat(new BallotNumber(2, 1).isAbove(new BallotNumber(2, 1))).isFalse();
        assertThat(new BallotNumber(1, 0).isAbove(BallotNumber.NONE)).isTrue();
    }
}
