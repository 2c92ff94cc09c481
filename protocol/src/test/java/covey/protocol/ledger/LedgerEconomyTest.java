package covey.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.ledger.economy.EconomyStatement.AddStake;
import covey.protocol.ledger.economy.EconomyStatement.Serve;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import covey.protocol.ledger.economy.Payment;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The asset as a slice of the ledger. */
class LedgerEconomyTest {
    private static final Crypto.Signer STRANGER = TestCrypto.signer(9_000);

    private static Crypto.Signer coldkey(Crypto.Signer hotkey) {
        return TestRun.coldkey(hotkey.hotkey());
    }

    private static Economy economy(TestRun run) {
        return run.state().economy().orElseThrow();
    }

    @Test
    void shouldKnowNoAssetUnlessGenesisNamesOne() throws Malformed {
        TestRun run = TestRun.of(2, 1, 1);
        run.economic(coldkey(run.trainer(0)), new Transfer(STRANGER.hotkey(), 1))
                .block();
        assertThat(run.reasons()).containsExactly(Reason.ECONOMY);
        assertThat(run.state().economy()).isEmpty();
        assertThat(StateCodec.decode(StateCodec.encode(run.state()))).isEqualTo(run.state());
        assertThat(run.state()
                        .registry()
                        .entry(run.validator(0).hotkey())
                        .orElseThrow()
                        .stake())
                .isEqualTo(1);
    }

    @Test
    void shouldTakeStatementsOfAccountsThatAreNotRegistered() {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000);
        run.economic(coldkey(run.trainer(0)), new Transfer(STRANGER.hotkey(), 70))
                .block();
        run.economic(STRANGER, new AddStake(run.validator(0).hotkey(), 60)).block();
        assertThat(run.rejections()).isEmpty();
        assertThat(economy(run).free()).containsEntry(STRANGER.hotkey(), 10L);
        assertThat(economy(run).stakeOf(run.validator(0).hotkey())).isEqualTo(5_060);
    }

    @Test
    void shouldWantTheAccountsSignatureRoleAndAFreshNonce() {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000);
        Crypto.Signer account = coldkey(run.trainer(0));
        Statement.Economic all = new Statement.Economic(new Transfer(STRANGER.hotkey(), 1_000));
        SignedTransaction good = run.signed(account, Role.OBSERVER, all);
        run.submit(new SignedTransaction(good.transaction(), Bytes.of(new byte[64])));
        run.submit(good).submit(good);
        run.say(account, Role.TRAINER, all);
        run.block();
        assertThat(run.reasons()).containsExactly(Reason.SIGNATURE, Reason.NONCE, Reason.ROLE);
        assertThat(economy(run).free()).containsEntry(STRANGER.hotkey(), 1_000L);
    }

    @Test
    void shouldSayWhatWillPassAndWhatWillNot() {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000);
        Serve serve = new Serve(Bytes.of(new byte[] {'a'}));
        run.economic(run.trainer(0), serve).block();
        run.economic(run.trainer(0), serve);
        run.economic(coldkey(run.trainer(0)), new Transfer(STRANGER.hotkey(), 1L << 40));
        run.block();
        assertThat(run.reasons()).containsExactly(Reason.NOT_YET, Reason.ECONOMY);
        assertThat(run.rejections().getFirst().detail())
                .isEqualTo("SERVING_RATE_LIMIT_EXCEEDED: served: 1 (expected: from height 6)");
        assertThat(run.rejections().getLast().detail()).startsWith("FUNDS: amount: ");
    }

    @Test
    void shouldGiveRoundsTheStakeOfTheAssetB7() {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000, 3_000);
        run.economic(coldkey(run.trainer(0)), new AddStake(run.validator(1).hotkey(), 9_000))
                .open();
        assertThat(run.round().stakes())
                .containsEntry(run.validator(0).hotkey(), 5_000L)
                .containsEntry(run.validator(1).hotkey(), 12_000L);
        run.commitAll();
        run.attest(0, 0).hold(0).hold(1).block();
        assertThat(run.state().lastSealed()).as("5 of 17 is no 2/3").isZero();
        run.attest(1, 0).block();
        assertThat(run.state().lastSealed()).isEqualTo(1);
        assertThat(run.state().sealed(1).orElseThrow().collectSet()).hasSize(2);
    }

    @Test
    void shouldPayTrainersByTheWeightsOfValidators() throws Malformed {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000);
        for (int i = 0; i < 10; i++) {
            run.block();
        }
        int good = economy(run).uidOf(run.trainer(0).hotkey()).orElseThrow();
        int poor = economy(run).uidOf(run.trainer(1).hotkey()).orElseThrow();
        run.economic(run.validator(0), new SetWeights(0, List.of(good, poor), List.of(3, 1), 0));
        for (int i = 0; i < 10; i++) {
            run.block();
            assertThat(run.rejections()).isEmpty();
        }
        long earned = free(run, run.trainer(0)) - 1_000_000;
        assertThat(earned).isBetween(374_900L, 375_000L);
        assertThat(free(run, run.trainer(1)) - 1_000_000).isBetween(124_900L, 125_000L);
        assertThat(StateCodec.decode(StateCodec.encode(run.state()))).isEqualTo(run.state());
    }

    @Test
    void shouldExplainWhatABlockPays() {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000);
        List<Payment> payments = List.of();
        while (payments.isEmpty()) {
            Block block = run.blockOf(200, 0, List.of());
            payments = run.machine().payments(run.state(), block);
            run.follow(block);
        }
        Hotkey validator = run.validator(0).hotkey();
        assertThat(payments).extracting(Payment::kind).containsExactly(Payment.Kind.TAKE, Payment.Kind.DIVIDEND);
        assertThat(payments).allSatisfy(p -> assertThat(p.hotkey()).isEqualTo(validator));
        assertThat(economy(run).stakeOf(validator))
                .isEqualTo(5_000 + payments.getLast().amount());
        assertThat(free(run, run.validator(0)))
                .isEqualTo(1_000_000 + payments.getFirst().amount());
    }

    private static long free(TestRun run, Crypto.Signer hotkey) {
        Hotkey account = coldkey(hotkey).hotkey();
        return economy(run).free().getOrDefault(account, 0L);
    }

    @Test
    void shouldKeepSpaceForStatementsOfRoundsB1() {
        TestRun run = TestRun.withAsset(2, "yuma3", 5_000);
        List<Crypto.Signer> accounts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            accounts.add(TestCrypto.signer(9_000 + i));
            run.economic(
                    coldkey(run.trainer(i % 2)), new Transfer(accounts.getLast().hotkey(), 100));
            if (i % 8 == 7) {
                run.block();
            }
        }
        List<SignedTransaction> waiting = new ArrayList<>();
        for (Crypto.Signer account : accounts) {
            for (int i = 0; i < 15; i++) {
                EconomyStatement one = new Transfer(STRANGER.hotkey(), 1);
                waiting.add(run.signed(account, Role.OBSERVER, new Statement.Economic(one)));
            }
        }
        waiting.add(run.signed(run.trainer(0), Role.TRAINER, new Statement.Ready(0)));
        List<SignedTransaction> chosen =
                run.builder().select(run.state(), run.state().timeMs() + 200, waiting);
        assertThat(chosen).hasSize(Limits.BLOCK_ECONOMY_TRANSACTIONS + 1);
        assertThat(chosen.getLast().transaction().statement()).isEqualTo(new Statement.Ready(0));
    }
}
