package covey.protocol.ledger.economy;

import static covey.protocol.ledger.economy.EconomyRun.cold;
import static covey.protocol.ledger.economy.EconomyRun.hot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import covey.protocol.ledger.economy.EconomyStatement.AddStake;
import covey.protocol.ledger.economy.EconomyStatement.BuyUid;
import covey.protocol.ledger.economy.EconomyStatement.CloseStream;
import covey.protocol.ledger.economy.EconomyStatement.OpenStream;
import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.RemoveStake;
import covey.protocol.ledger.economy.EconomyStatement.RunStream;
import covey.protocol.ledger.economy.EconomyStatement.Serve;
import covey.protocol.ledger.economy.EconomyStatement.SetTake;
import covey.protocol.ledger.economy.EconomyStatement.SetTerms;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import covey.protocol.ledger.economy.EconomyStatement.Vote;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Bytes;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Accounts, stake, uids, mechanisms and streams. */
class EconomyRulesTest {
    private static final Terms LINEAR = TermsCodec.published("linear", EconomyRun.TEMPO, 0);

    private final EconomyRun run = new EconomyRun(EconomyRun.economics("yuma3", 0, 4, 5_000, 3_000), 8, 3);

    // ---- accounts and stake

    @Test
    void shouldMoveUnits() {
        run.must(cold(0), new Transfer(cold(50), 500)).block();
        assertThat(run.economy().free()).containsEntry(cold(50), 500L).containsEntry(cold(0), 999_500L);
    }

    @Test
    void shouldRefuseMoreThanThereIs() {
        assertThat(run.say(cold(0), new Transfer(cold(1), 1_000_001))).contains(Why.FUNDS);
        assertThat(run.say(cold(0), new Transfer(cold(1), 0))).contains(Why.FUNDS);
        assertThat(run.say(cold(0), new Transfer(cold(1), -5))).contains(Why.FUNDS);
        assertThat(run.say(cold(99), new AddStake(hot(0), 1))).contains(Why.FUNDS);
    }

    /** Or else a few units would fill every node's memory. */
    @Test
    void shouldWantMoreForANewAccountOrStake() {
        assertThat(run.say(cold(0), new Transfer(cold(50), 499))).contains(Why.AMOUNT_TOO_LOW);
        assertThat(run.say(cold(5), new AddStake(hot(0), 499))).contains(Why.AMOUNT_TOO_LOW);
        run.must(cold(0), new Transfer(cold(1), 1)).must(cold(0), new AddStake(hot(0), 1));
    }

    @Test
    void shouldLetASmallStakeGoAsAWhole() {
        run.must(cold(5), new AddStake(hot(0), 1_000_000));
        assertThat(run.say(cold(5), new RemoveStake(hot(0), 499))).contains(Why.AMOUNT_TOO_LOW);
        run.must(cold(5), new RemoveStake(hot(0), 999_999)).must(cold(5), new Transfer(cold(6), 999_999));
        run.must(cold(5), new RemoveStake(hot(0), 1)).block();
        assertThat(run.free(5)).isEqualTo(1);
    }

    @Test
    void shouldLimitStakersOfAHotkey() {
        for (int i = 0; i < Limits.STAKERS_MAX_COUNT - 1; i++) {
            run.must(cold(i % 8), new Transfer(cold(100 + i), 1_000));
            run.must(cold(100 + i), new AddStake(hot(0), 500));
        }
        assertThat(run.say(cold(7), new AddStake(hot(0), 500))).contains(Why.ACCOUNTS_FULL);
        run.must(cold(7), new AddStake(hot(1), 500)).block();
    }

    @Test
    void shouldForgetAnAccountThatIsEmpty() {
        run.must(cold(0), new Transfer(cold(1), 1_000_000)).block();
        assertThat(run.economy().free()).doesNotContainKey(cold(0));
    }

    @Test
    void shouldStakeOnAnyRegisteredHotkeyAndTakeBack() {
        run.must(cold(5), new AddStake(hot(0), 700)).block();
        assertThat(run.economy().stakeOf(hot(0))).isEqualTo(5_700);
        run.must(cold(5), new RemoveStake(hot(0), 700)).block();
        assertThat(run.economy().stakeOf(hot(0))).isEqualTo(5_000);
        assertThat(run.free(5)).isEqualTo(1_000_000);
        assertThat(run.say(cold(5), new AddStake(hot(77), 1))).contains(Why.UNKNOWN_HOTKEY);
        assertThat(run.say(cold(5), new RemoveStake(hot(0), 1))).contains(Why.NOT_ENOUGH_STAKE_TO_WITHDRAW);
    }

    @Test
    void shouldLetTheColdkeySetTheTake() {
        assertThat(run.say(cold(1), new SetTake(hot(0), 5))).contains(Why.NOT_OWNER);
        assertThat(run.say(cold(0), new SetTake(hot(0), 11797))).contains(Why.DELEGATE_TAKE_TOO_HIGH);
        run.must(cold(0), new SetTake(hot(0), 5)).block();
        assertThat(run.economy().takes()).containsEntry(hot(0), 5);
    }

    // ---- uids

    @Test
    void shouldSellUidsForAPriceThatRisesAndFalls() {
        long price = run.economy().totals().uidPrice();
        assertThat(price).isEqualTo(1_000);
        run.must(cold(3), new BuyUid(hot(3), 1_000)).block();
        assertThat(run.economy().uidOf(hot(3))).contains(3);
        assertThat(run.free(3)).isEqualTo(999_000);
        assertThat(run.economy().totals().burned()).isEqualTo(1_000);
        assertThat(run.economy().totals().uidPrice()).isBetween(1_255L, 1_259L);
        run.blocks(360);
        assertThat(run.economy().totals().uidPrice()).isBetween(500L, 640L);
    }

    @Test
    void shouldRefuseAUidAboveTheLimitOrForAnotherOrTwice() {
        assertThat(run.say(cold(3), new BuyUid(hot(3), 999))).contains(Why.REGISTRATION_PRICE_LIMIT_EXCEEDED);
        assertThat(run.say(cold(4), new BuyUid(hot(3), 2_000))).contains(Why.NOT_OWNER);
        assertThat(run.say(cold(0), new BuyUid(hot(0), 2_000))).contains(Why.HOTKEY_ALREADY_REGISTERED);
        run.must(cold(3), new Transfer(cold(0), 999_900));
        assertThat(run.say(cold(3), new BuyUid(hot(3), 2_000))).contains(Why.FUNDS);
    }

    @Test
    void shouldReplaceWhoEarnedLeastAfterImmunity() {
        run.must(cold(3), new BuyUid(hot(3), 9_000)).block();
        run.must(cold(4), new BuyUid(hot(4), 9_000)).block();
        assertThat(run.economy().uidOf(hot(4)))
                .as("all immune, none earned: the earliest goes")
                .contains(0);
        run.blocks(20);
        run.must(cold(5), new BuyUid(hot(5), 9_000)).block();
        assertThat(run.economy().uidOf(hot(5))).isPresent().isNotEqualTo(Optional.of(0));
    }

    @Test
    void shouldSayWhenAnAddressMayChange() {
        Serve serve = new Serve(Bytes.wrap("host:1".getBytes(StandardCharsets.US_ASCII)));
        run.must(hot(0), serve).block();
        assertThat(run.economy().seats().values().iterator().next().address()).isEqualTo("host:1");
        Refused refused = run.refusal(hot(0), serve).orElseThrow();
        assertThat(refused.why()).isEqualTo(Why.SERVING_RATE_LIMIT_EXCEEDED);
        run.blocks((int) (refused.nextHeight() - run.height() - 1));
        assertThat(run.say(hot(0), serve)).isPresent();
        run.block().must(hot(0), serve);
        assertThat(run.say(hot(7), serve)).contains(Why.HOTKEY_NOT_REGISTERED);
        assertThat(run.say(hot(1), new Serve(Bytes.of(new byte[] {7})))).contains(Why.RANGE);
    }

    // ---- mechanisms

    private static RegisterMechanism mechanism(int owner, String name, Terms terms, long limit) {
        return new RegisterMechanism(hot(owner), name, terms, new Hash(0, 0, 0, 9), limit);
    }

    @Test
    void shouldRegisterAMechanismByBurn() {
        run.must(cold(5), mechanism(5, "primes", LINEAR, 10_000)).block();
        Mechanism primes = run.mechanism(1);
        assertThat(primes.name()).isEqualTo("primes");
        assertThat(primes.owner()).contains(hot(5));
        assertThat(primes.rows()).hasSize(3);
        assertThat(run.free(5)).isEqualTo(990_000);
        assertThat(run.economy().totals().mechanismPrice()).isGreaterThan(19_000);
    }

    @Test
    void shouldRefuseAMechanism() {
        assertThat(run.say(cold(5), mechanism(6, "a", LINEAR, 10_000))).contains(Why.NOT_OWNER);
        assertThat(run.say(cold(5), mechanism(5, "a", LINEAR, 9_999))).contains(Why.REGISTRATION_PRICE_LIMIT_EXCEEDED);
        assertThat(run.say(cold(5), mechanism(5, "pre-training", LINEAR, 10_000)))
                .contains(Why.NAME);
        assertThat(run.say(cold(5), mechanism(5, "A b", LINEAR, 10_000))).contains(Why.NAME);
        Terms contradictory = new Terms(TermsCodec.published("yuma3", 10, 0).rule(), 1, 0);
        assertThat(run.say(cold(5), mechanism(5, "a", contradictory, 10_000))).contains(Why.RANGE);
    }

    @Test
    void shouldRefuseMoreMechanismsThanTheLimit() {
        for (int i = 1; i < Limits.MECHANISMS_MAX_COUNT; i++) {
            run.must(cold(i % 8), mechanism(i % 8, "m" + i, LINEAR, Long.MAX_VALUE))
                    .blocks(1_500);
        }
        assertThat(run.say(cold(0), mechanism(0, "more", LINEAR, Long.MAX_VALUE)))
                .contains(Why.MECHANISM_LIMIT);
    }

    @Test
    void shouldLetTheOwnerChangeTermsOutsideTheFreeze() {
        run.must(cold(5), mechanism(5, "primes", LINEAR, 10_000)).block();
        Terms other = new Terms(LINEAR.rule(), 0, 3);
        assertThat(run.say(cold(4), new SetTerms(1, other))).contains(Why.NOT_OWNER);
        assertThat(run.say(cold(4), new SetTerms(0, other))).contains(Why.NOT_OWNER);
        assertThat(run.say(cold(4), new SetTerms(9, other))).contains(Why.MECHANISM_DOES_NOT_EXIST);
        run.must(cold(5), new SetTerms(1, other)).block();
        assertThat(run.mechanism(1).terms()).isEqualTo(other);
        assertThat(run.mechanism(1).termsVersion()).isEqualTo(2);
        run.blocks(6);
        Refused frozen = run.refusal(cold(5), new SetTerms(1, LINEAR)).orElseThrow();
        assertThat(frozen.why()).isEqualTo(Why.FROZEN);
        run.blocks((int) (frozen.nextHeight() - run.height())).must(cold(5), new SetTerms(1, LINEAR));
    }

    @Test
    void shouldDivideEmissionByVotesOfStake() {
        run.must(cold(5), mechanism(5, "primes", LINEAR, 10_000)).block();
        run.epoch().block();
        assertThat(run.mechanism(1).pending()).as("nobody voted for it").isZero();
        run.must(hot(0), new Vote(List.of(0, 1), List.of(1, 1)));
        run.must(hot(1), new Vote(List.of(1), List.of(7))).block();
        long stake0 = run.economy().stakeOf(hot(0));
        long stake1 = run.economy().stakeOf(hot(1));
        long part = run.mechanism(1).pending();
        assertThat(part / 100_000.0).isCloseTo((stake0 / 2.0 + stake1) / (stake0 + stake1), within(0.001));
        assertThat(run.say(hot(0), new Vote(List.of(2), List.of(1)))).contains(Why.MECHANISM_DOES_NOT_EXIST);
        assertThat(run.say(hot(0), new Vote(List.of(1, 1), List.of(1, 1)))).contains(Why.DUPLICATE_UIDS);
        assertThat(run.say(hot(0), new Vote(List.of(1), List.of()))).contains(Why.WEIGHT_VEC_NOT_EQUAL_SIZE);
        assertThat(run.say(cold(0), new Vote(List.of(1), List.of(1)))).contains(Why.UNKNOWN_HOTKEY);
    }

    @Test
    void shouldDivideEmissionByThePublishedShares() {
        Economics e = EconomyRun.economics("yuma3", 0, 4, 5_000);
        Economics fixed = new Economics(
                e.free(),
                e.staked(),
                new Economics.Emission(1_000, 1L << 40, 0, List.of(45_875, 19_660)),
                e.registration(),
                e.weights(),
                e.takes(),
                List.of(e.mechanisms().getFirst(), new Economics.First("availability", "yuma3", 0, Optional.empty())),
                e.mechanismBurn(),
                e.tempoBlocks());
        EconomyRun two = new EconomyRun(fixed, 4, 2).block();
        assertThat(two.mechanism(0).pending()).isEqualTo(701);
        assertThat(two.mechanism(1).pending()).isEqualTo(299);
    }

    // ---- streams

    private static OpenStream stream(int root, int percent, int interval, Share... to) {
        return new OpenStream(cold(root), percent, List.of(to), interval, 500, 40);
    }

    @Test
    void shouldStreamIncomeAndWhatComesFromIt() {
        EconomyRun owned = new EconomyRun(ownedBy(7), 8, 3);
        owned.must(cold(7), stream(7, 50, 10, new Share(cold(30), 1), new Share(cold(31), 3)));
        owned.must(cold(31), stream(7, 20, 10, new Share(cold(32), 1)));
        owned.blocks(40);
        long a = owned.free(30);
        long b = owned.free(31);
        long c = owned.free(32);
        long own = owned.free(7) - 1_000_000;
        assertThat(a).isPositive();
        assertThat((double) b / a).isCloseTo(2.4, within(0.01));
        assertThat((double) own / a).isGreaterThanOrEqualTo(3.9);
        assertThat(c).isPositive();
    }

    /** Mechanism 0 has an owner, who earns the cut. */
    private static Economics ownedBy(int owner) {
        Economics e = EconomyRun.economics("yuma3", 0, 4, 5_000, 3_000);
        return new Economics(
                e.free(),
                e.staked(),
                e.emission(),
                e.registration(),
                e.weights(),
                e.takes(),
                List.of(new Economics.First("pre-training", "yuma3", 0, Optional.of(hot(owner)))),
                e.mechanismBurn(),
                e.tempoBlocks());
    }

    @Test
    void shouldEndACircleOfStreams() {
        EconomyRun owned = new EconomyRun(ownedBy(7), 8, 3);
        owned.must(cold(7), stream(7, 100, 1, new Share(cold(6), 1)));
        owned.must(cold(6), stream(7, 100, 1, new Share(cold(5), 1)));
        owned.must(cold(5), stream(7, 100, 1, new Share(cold(7), 1)));
        owned.blocks(50);
        assertThat(owned.free(7)).isEqualTo(1_000_000);
        assertThat(owned.economy().isConserved()).isTrue();
    }

    @Test
    void shouldCloseAStreamFromItsHeightAndPayWhatHadGathered() {
        EconomyRun owned = new EconomyRun(ownedBy(7), 8, 3);
        owned.must(cold(7), stream(7, 50, 0, new Share(cold(30), 1)));
        owned.blocks(20);
        assertThat(owned.economy().streams().values())
                .allSatisfy(s -> assertThat(s.gathered()).isPositive());
        Refused refused = owned.refusal(cold(7), new CloseStream(1)).orElseThrow();
        assertThat(refused.why()).isEqualTo(Why.NOT_REVOCABLE);
        assertThat(refused.nextHeight()).isEqualTo(40);
        assertThat(owned.say(cold(6), new RunStream(1))).contains(Why.NOT_OWNER);
        owned.must(cold(30), new RunStream(1)).block();
        long before = owned.free(30);
        assertThat(before).isPositive();
        owned.blocks(20);
        assertThat(owned.say(cold(6), new CloseStream(1))).contains(Why.NOT_OWNER);
        owned.must(cold(7), new CloseStream(1)).block();
        assertThat(owned.free(30)).isGreaterThan(before);
        assertThat(owned.economy().streams()).isEmpty();
        assertThat(owned.say(cold(7), new CloseStream(1))).contains(Why.UNKNOWN_STREAM);
        assertThat(owned.say(cold(7), new RunStream(1))).contains(Why.UNKNOWN_STREAM);
    }

    @Test
    void shouldLoseNothingWhenAStreamThatPaysItsOwnerIsClosed() {
        EconomyRun owned = new EconomyRun(ownedBy(7), 8, 3);
        owned.must(cold(7), stream(7, 50, 0, new Share(cold(7), 1), new Share(cold(6), 1)));
        owned.blocks(45).must(cold(7), new CloseStream(1)).block();
        assertThat(owned.free(6)).isGreaterThan(1_000_000);
        assertThat(owned.economy().isConserved()).isTrue();
    }

    @Test
    void shouldCloseAStreamAtItsEnd() {
        run.must(cold(0), new OpenStream(cold(0), 50, List.of(new Share(cold(1), 1)), 0, 5, Long.MAX_VALUE));
        run.blocks(4);
        assertThat(run.economy().streams()).hasSize(1);
        run.block();
        assertThat(run.economy().streams()).isEmpty();
    }

    @Test
    void shouldRefuseAStream() {
        Share share = new Share(cold(1), 1);
        assertThat(run.say(cold(0), stream(0, 0, 1, share))).contains(Why.RANGE);
        assertThat(run.say(cold(0), stream(0, 101, 1, share))).contains(Why.RANGE);
        assertThat(run.say(cold(0), stream(0, 10, -1, share))).contains(Why.RANGE);
        assertThat(run.say(cold(0), stream(0, 10, 1))).contains(Why.RANGE);
        assertThat(run.say(cold(0), stream(0, 10, 1, share, share))).contains(Why.RANGE);
        assertThat(run.say(cold(0), stream(0, 10, 1, new Share(cold(1), 0)))).contains(Why.RANGE);
        run.must(cold(0), stream(0, 60, 1, share));
        assertThat(run.say(cold(0), stream(0, 41, 1, share))).contains(Why.RANGE);
        run.must(cold(0), stream(5, 41, 1, share));
        for (int i = 2; i < Limits.ACCOUNT_STREAMS_MAX_COUNT; i++) {
            run.must(cold(0), stream(6, 1, 1, share));
        }
        assertThat(run.say(cold(0), stream(6, 1, 1, share))).contains(Why.STREAM_LIMIT);
    }
}
