package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Present;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockBuilderTest {
    @Test
    void shouldMakeABlockThatAuthoritiesTakeB2() {
        TestRun run = TestRun.of(2, 1, 3).block();
        for (long elapsed : new long[] {-5, 0, 700, 10_000, 99_999}) {
            Block block = run.builder().build(run.state(), elapsed, run.authority(1), List.of());
            assertThat(run.machine().validateBlock(run.state(), block)).isEmpty();
            assertThat(block.timeMs() - run.state().timeMs()).isBetween(1L, 10_000L);
            assertThat(block.proposer()).isEqualTo(1);
        }
    }

    @Test
    void shouldTakeOnlyWhatCountsNow() {
        TestRun run = TestRun.of(2, 1, 1);
        SignedTransaction ready = run.signed(run.trainer(0), Role.TRAINER, new Ready(0));
        SignedTransaction again = run.signed(run.trainer(0), Role.TRAINER, new Ready(0));
        SignedTransaction early = run.signed(run.trainer(1), Role.TRAINER, new Commit(1, run.content("x"), 9));
        Block block = run.builder().build(run.state(), 200, run.authority(0), List.of(ready, again, early, ready));
        assertThat(block.transactions()).containsExactly(ready);
        run.follow(block);
        assertThat(run.rejections()).isEmpty();
    }

    @Test
    void shouldKeepTheQuotaOfAHotkeyB1() {
        TestRun run = TestRun.of(2, 1, 1);
        List<SignedTransaction> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(run.signed(
                    run.authority(0),
                    Role.AUTHORITY,
                    i % 2 == 0
                            ? new Absent(1, run.trainer(0).hotkey(), "gone")
                            : new Present(1, run.trainer(0).hotkey(), "back")));
        }
        waiting.add(run.signed(run.trainer(0), Role.TRAINER, new Ready(0)));
        Block block = run.builder().build(run.state(), 200, run.authority(0), waiting);
        assertThat(block.transactions()).hasSize(Limits.BLOCK_HOTKEY_TRANSACTIONS + 1);
        assertThat(run.follow(block).rejections()).isEmpty();
    }

    @Test
    void shouldReserveSpaceForStatementsOfRoundsB1() {
        TestRun run = TestRun.of(2, 1, 1);
        List<SignedTransaction> waiting = new ArrayList<>();
        for (int i = 0; i < Limits.BLOCK_REGISTER_TRANSACTIONS + 3; i++) {
            Crypto.Signer signer = TestCrypto.signer(10_000 + i);
            long work = RegistryRules.work(run.runId(), signer.hotkey(), run.crypto());
            waiting.add(run.signed(signer, Role.TRAINER, new Register(signer.hotkey(), 1, "flood", work)));
        }
        SignedTransaction ready = run.signed(run.trainer(0), Role.TRAINER, new Ready(0));
        waiting.add(ready);
        Block block = run.builder().build(run.state(), 200, run.authority(0), waiting);
        assertThat(block.transactions())
                .hasSize(Limits.BLOCK_REGISTER_TRANSACTIONS + 1)
                .endsWith(ready);
    }
}
