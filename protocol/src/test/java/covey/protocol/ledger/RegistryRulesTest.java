package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RegistryRulesTest {
    private final TestRun run = TestRun.of(2, 1, 3);
    private final Crypto.Signer stranger = TestCrypto.signer(50);
    private final long work = RegistryRules.work(run.runId(), stranger.hotkey(), run.crypto());

    private TestRun register(Role role, int roles, String label, long withWork) {
        return run.say(stranger, role, new Register(stranger.hotkey(), roles, label, withWork))
                .block();
    }

    @Test
    void shouldHoldTheMembersOfGenesisF1() {
        assertThat(run.state().registry().entries())
                .hasSize(6)
                .extracting(Entry::hotkey)
                .isSorted();
        Entry validator =
                run.state().registry().entry(run.validator(0).hotkey()).orElseThrow();
        assertThat(validator.stake()).isEqualTo(1);
        assertThat(validator.trustQ16()).isEqualTo(Limits.FACTOR_ONE);
        assertThat(run.state().registry().has(run.authority(2).hotkey(), Role.AUTHORITY))
                .isTrue();
    }

    @Test
    void shouldRegisterWhoDidTheWork() {
        register(Role.TRAINER, Role.TRAINER.bit() | Role.VALIDATOR.bit(), "me", work);
        assertThat(run.rejections()).isEmpty();
        Entry entry = run.state().registry().entry(stranger.hotkey()).orElseThrow();
        assertThat(entry.roles()).isEqualTo(3);
        assertThat(entry.label()).isEqualTo("me");
        assertThat(entry.stake()).as("only genesis gives stake (B7)").isZero();
    }

    @Test
    void shouldRefuseTooLittleWork() {
        register(Role.TRAINER, 1, "me", work + 1);
        assertThat(run.reasons()).containsExactly(Reason.REGISTRATION);
    }

    @Test
    void shouldRefuseWorkForAnotherHotkey() {
        long other = RegistryRules.work(run.runId(), new Hotkey(run.hashOf("other")), run.crypto());
        register(Role.TRAINER, 1, "me", other);
        assertThat(run.reasons()).containsExactly(Reason.REGISTRATION);
    }

    @Test
    void shouldRefuseAuthorityAndNoRole() {
        register(Role.AUTHORITY, Role.AUTHORITY.bit() | 1, "me", work);
        assertThat(run.reasons()).containsExactly(Reason.REGISTRATION);
        register(Role.OBSERVER, 0, "me", work);
        assertThat(run.reasons()).containsExactly(Reason.REGISTRATION);
    }

    @Test
    void shouldRefuseALabelWithControlCharacters() {
        register(Role.TRAINER, 1, "me\u001b[2J", work);
        assertThat(run.reasons()).containsExactly(Reason.REGISTRATION);
    }

    @Test
    void shouldRefuseWhoIsRegistered() {
        register(Role.TRAINER, 1, "me", work);
        register(Role.TRAINER, 2, "again", work);
        assertThat(run.reasons()).containsExactly(Reason.REPEATED);
    }

    @Test
    void shouldRefuseWhenTheRegistryIsFull() {
        SortedMap<Hotkey, Entry> entries = new TreeMap<>();
        for (int i = 0; i < Limits.REGISTRY_MAX_COUNT; i++) {
            Hotkey hotkey = new Hotkey(run.hashOf("member " + i));
            entries.put(hotkey, new Entry(hotkey, hotkey, 1, "", Limits.FACTOR_ONE, 0));
        }
        var ruling = new RegistryRules(run.genesis(), run.runId(), run.crypto())
                .register(
                        new LedgerState.Registry(Collections.unmodifiableSortedMap(entries)),
                        stranger.hotkey(),
                        new Register(stranger.hotkey(), 1, "me", work),
                        Limits.FACTOR_ONE);
        assertThat(ruling).isInstanceOf(TransactionRejection.Ruling.Refused.class);
    }
}
