package covey.protocol.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.ledger.Statement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import covey.protocol.testing.TestCrypto;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalCodecTest {
    private static final ContentId A = new ContentId(new Hash(1, 2, 3, 4));
    private static final ContentId B = new ContentId(new Hash(5, 6, 7, 8));
    private static final Hotkey K = new Hotkey(new Hash(9, 9, 9, 9));
    private static final PeerInput.Recorded RECORDED = new PeerInput.Recorded(7, A, 1234);
    private final TestCrypto crypto = new TestCrypto();
    private final JournalCodec codec = new JournalCodec(crypto);

    static Stream<PeerInput> inputs() {
        return Stream.of(
                new PeerInput.Stored(A),
                new PeerInput.Judged(A, 0xFFFF),
                new PeerInput.Trained(3, 30),
                RECORDED,
                new PeerInput.NotFinite(4),
                new PeerInput.NotFetched(A),
                new PeerInput.Settled(5, B),
                new PeerInput.Loaded(6, B),
                new PeerInput.Restarted(new PeerInput.Memory(0, A, Optional.empty(), List.of())),
                new PeerInput.Restarted(new PeerInput.Memory(6, B, Optional.of(RECORDED), List.of(A, B))));
    }

    static List<PeerEffect> effects() {
        return List.of(
                new PeerEffect.Say(Role.TRAINER, new Statement.Ready(1)),
                new PeerEffect.Say(Role.TRAINER, new Statement.Root(1, A)),
                new PeerEffect.Say(Role.OBSERVER, new Statement.Root(1, A)),
                new PeerEffect.Say(Role.TRAINER, new Statement.Commit(1, A, 5)),
                new PeerEffect.Say(Role.TRAINER, new Statement.Holds(1, Bytes.of(new byte[] {1}))),
                new PeerEffect.Say(Role.VALIDATOR, new Statement.Attest(1, List.of(new Statement.Verdict(A, 0)))),
                new PeerEffect.Say(Role.VALIDATOR, new Statement.Attest(1, List.of())),
                new PeerEffect.Say(Role.AUTHORITY, new Statement.Absent(1, K, "x")),
                new PeerEffect.Say(Role.AUTHORITY, new Statement.Present(1, K, "x")),
                new PeerEffect.Say(Role.TRAINER, new Statement.Register(K, 1, "x", 2)),
                new PeerEffect.Fetch(A, 5, List.of(K)),
                new PeerEffect.Fetch(A, 5, List.of()),
                new PeerEffect.Cancel(A),
                new PeerEffect.Serve(A),
                new PeerEffect.Judge(1, A, K, B),
                new PeerEffect.Train(1, List.of(1L, 2L), 3),
                new PeerEffect.StopTraining(1, 2),
                new PeerEffect.Compress(1, 8, A, List.of(1L, 2L)),
                new PeerEffect.Settle(1, List.of(), false, Optional.empty(), false),
                new PeerEffect.Settle(1, List.of(), true, Optional.empty(), false),
                new PeerEffect.Settle(1, List.of(), false, Optional.empty(), true),
                new PeerEffect.Settle(1, List.of(), false, Optional.of(A), false),
                new PeerEffect.Settle(1, List.of(new PeerEffect.Selected(K, A, 65536)), false, Optional.empty(), false),
                new PeerEffect.Load(1, A),
                new PeerEffect.Keep(1, A),
                new PeerEffect.Drop(A),
                new PeerEffect.Halt("x"));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void shouldReadWhatItWrote(PeerInput input) throws Malformed {
        JournalEntry entry = codec.entry(input, effects());

        assertThat(codec.decode(codec.encode(entry))).isEqualTo(entry);
    }

    @Test
    void shouldReadABlock() throws Malformed {
        JournalEntry entry = new JournalEntry(new JournalEntry.Block(77, new Hash(1, 1, 1, 1)), new Hash(2, 2, 2, 2));

        assertThat(codec.decode(codec.encode(entry))).isEqualTo(entry);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void shouldRefuseWhatIsShorterOrLonger(PeerInput input) {
        byte[] bytes = codec.encode(codec.entry(input, List.of())).toArray();
        for (int length = 0; length < bytes.length; length++) {
            Bytes cut = Bytes.wrap(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(Malformed.class);
        }
        Bytes longer = Bytes.wrap(Arrays.copyOf(bytes, bytes.length + 1));
        assertThatThrownBy(() -> codec.decode(longer)).isInstanceOf(Malformed.class);
    }

    @Test
    void shouldRefuseAnUnknownKindAndAnEntryAboveTheBound() {
        assertThatThrownBy(() -> codec.decode(Bytes.wrap(new byte[] {11})))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("journal entry kind: 11");
        assertThatThrownBy(() -> codec.decode(Bytes.wrap(new byte[Limits.JOURNAL_ENTRY_MAX_BYTES + 1])))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("at most");
        PeerInput huge = new PeerInput.Restarted(new PeerInput.Memory(
                0, A, Optional.empty(), Collections.nCopies(Limits.JOURNAL_ENTRY_MAX_BYTES / 32, A)));
        assertThatThrownBy(() -> codec.encode(codec.entry(huge, List.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldHashEachEffectAndTheirOrderDifferently() {
        SortedSet<Hash> hashes = new TreeSet<>();
        List<List<PeerEffect>> all = new ArrayList<>();
        effects().forEach(e -> all.add(List.of(e)));
        all.add(List.of());
        all.add(effects());
        all.add(effects().reversed());
        all.forEach(e -> hashes.add(EffectHash.of(e, crypto)));

        assertThat(hashes).hasSize(all.size());
    }
}
