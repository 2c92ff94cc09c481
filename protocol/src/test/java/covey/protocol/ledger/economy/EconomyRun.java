package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.Mechanism.Row;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The asset alone, block after block, without signatures. Hotkey i belongs to coldkey i; the first so many have a uid,
 * the first validators among them stake.
 */
final class EconomyRun {
    static final int TEMPO = 10;

    final SortedMap<Hotkey, Hotkey> coldkeys = new TreeMap<>();
    private final EconomyMachine machine;
    private Economy economy;
    private EconomyMachine.Draft draft;
    private final List<Payment> payments = new ArrayList<>();
    private long height = 1;

    EconomyRun(Economics economics, int members, int seated) {
        for (int i = 0; i < members; i++) {
            coldkeys.put(hot(i), cold(i));
        }
        machine = new EconomyMachine(economics);
        economy = machine.initial(
                IntStream.range(0, seated).mapToObj(EconomyRun::hot).toList());
        draft = machine.draft(economy, height, this::coldkeyOf, payments::add);
    }

    static Hotkey hot(int i) {
        return new Hotkey(new Hash(1, 0, 0, i));
    }

    static Hotkey cold(int i) {
        return new Hotkey(new Hash(2, 0, 0, i));
    }

    /** Accounts have 1,000,000 units each; the given stakes are of hotkeys 0, 1, 2 … */
    static Economics economics(String rule, int revealEpochs, int maxUids, long... stakes) {
        List<Economics.Balance> free = new ArrayList<>();
        List<Economics.Staked> staked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            free.add(new Economics.Balance(cold(i), 1_000_000));
        }
        for (int i = 0; i < stakes.length; i++) {
            staked.add(new Economics.Staked(cold(i), hot(i), stakes[i]));
        }
        return new Economics(
                free,
                staked,
                new Economics.Emission(100_000, 1L << 50, 11796, List.of()),
                new Economics.Registration(maxUids, 15, 0, new Economics.Burn(360, 5411658793L, 500, 1_000_000, 1_000)),
                new Economics.Weights(2, 1, 65535, 5),
                new Economics.Takes(11796, 11796),
                List.of(new Economics.First("pre-training", rule, revealEpochs, Optional.empty())),
                new Economics.Burn(1000, 2L << 32, 1_000, 1_000_000, 10_000),
                TEMPO);
    }

    private Optional<Hotkey> coldkeyOf(Hotkey hotkey) {
        return Optional.ofNullable(coldkeys.get(hotkey));
    }

    long height() {
        return height;
    }

    /** Why it changed nothing. */
    Optional<Why> say(Hotkey signer, EconomyStatement statement) {
        return draft.add(signer, statement).map(Refused::why);
    }

    Optional<Refused> refusal(Hotkey signer, EconomyStatement statement) {
        return draft.add(signer, statement);
    }

    /** Says what must count. */
    EconomyRun must(Hotkey signer, EconomyStatement statement) {
        say(signer, statement).ifPresent(why -> {
            throw new AssertionError(statement + ": " + why);
        });
        return this;
    }

    EconomyRun block() {
        economy = draft.finish();
        height++;
        draft = machine.draft(economy, height, this::coldkeyOf, payments::add);
        return this;
    }

    EconomyRun blocks(int count) {
        for (int i = 0; i < count; i++) {
            block();
        }
        return this;
    }

    /** Up to and with the next epoch of mechanism 0. */
    EconomyRun epoch() {
        long before = mechanism(0).epoch();
        while (mechanism(0).epoch() == before) {
            block();
        }
        return this;
    }

    /** After the last block. */
    Economy economy() {
        return economy;
    }

    /** All so far. */
    List<Payment> payments() {
        return payments;
    }

    Mechanism mechanism(int id) {
        return Optional.ofNullable(economy.mechanisms().get(id)).orElseThrow();
    }

    Row row(int uid) {
        return mechanism(0).row(uid);
    }

    long free(int account) {
        return economy.free().getOrDefault(cold(account), 0L);
    }

    /** Weights of uids 0, 1, 2 …; negative: no entry. */
    static SetWeights weights(int mechanism, int... values) {
        List<Integer> uids = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        for (int uid = 0; uid < values.length; uid++) {
            if (values[uid] >= 0) {
                uids.add(uid);
                given.add(values[uid]);
            }
        }
        return new SetWeights(mechanism, uids, given, 0);
    }

    static RevealWeights reveal(SetWeights weights) {
        return new RevealWeights(weights, List.of(1, 2, 3));
    }

    static EconomyStatement.CommitWeights commit(int hotkey, SetWeights weights) {
        return new EconomyStatement.CommitWeights(
                weights.mechanism(), WeightRules.hashOf(hot(hotkey), reveal(weights)));
    }
}
