package covey.protocol.ledger.economy;

import static covey.protocol.ledger.economy.EconomyRun.cold;
import static covey.protocol.ledger.economy.EconomyRun.hot;

import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Blocks of statements of all kinds drawn from a seed, most of which count. */
final class RandomEconomy {
    private static final int MEMBERS = 12;
    private static final String[] RULES = {"yuma2", "yuma3", "yuma3-liquid", "linear"};

    private final Seed seed;
    private final EconomyRun run;
    private final SortedMap<Hotkey, SetWeights> committed = new TreeMap<>();
    private int counted;
    private int named;

    RandomEconomy(Seed seed) {
        this.seed = seed;
        this.run = new EconomyRun(
                EconomyRun.economics(RULES[seed.nextInt(RULES.length)], seed.nextInt(2), 8, 5_000, 3_000, 2_000),
                MEMBERS,
                6);
    }

    EconomyRun run() {
        return run;
    }

    /** Statements that changed something. */
    int counted() {
        return counted;
    }

    void block() {
        for (int i = seed.nextInt(4); i > 0; i--) {
            int who = seed.nextInt(MEMBERS);
            say(who);
        }
        run.block();
    }

    private void say(int who) {
        boolean account = seed.nextInt(3) > 0;
        Hotkey signer = account ? cold(who) : hot(who);
        counted += run.say(signer, account ? byAccount(who) : byHotkey(who)).isEmpty() ? 1 : 0;
    }

    private EconomyStatement byAccount(int who) {
        Hotkey other = hot(seed.nextInt(MEMBERS));
        return switch (seed.nextInt(10)) {
            case 0 -> new EconomyStatement.Transfer(cold(seed.nextInt(40)), seed.nextLong(5_000));
            case 1, 2 -> new EconomyStatement.AddStake(other, seed.nextLong(20_000));
            case 3 -> new EconomyStatement.RemoveStake(other, seed.nextLong(20_000));
            case 4 -> new EconomyStatement.SetTake(hot(who), seed.nextInt(12_000));
            case 5 -> new EconomyStatement.BuyUid(hot(who), 100_000);
            case 6 ->
                seed.nextInt(20) > 0
                        ? new EconomyStatement.RunStream(1 + seed.nextInt(20))
                        : new EconomyStatement.RegisterMechanism(
                                hot(who),
                                "m" + ++named,
                                TermsCodec.published(RULES[seed.nextInt(4)], EconomyRun.TEMPO, seed.nextInt(2)),
                                Hash.ZERO,
                                100_000);
            case 7 -> new EconomyStatement.CloseStream(1 + seed.nextInt(20));
            default ->
                new EconomyStatement.OpenStream(
                        cold(seed.nextInt(MEMBERS)),
                        1 + seed.nextInt(60),
                        List.of(new Share(cold(seed.nextInt(MEMBERS)), 1 + seed.nextInt(9)), new Share(cold(30), 1)),
                        seed.nextInt(6),
                        run.height() + 1 + seed.nextInt(200),
                        seed.nextInt(100));
        };
    }

    private EconomyStatement byHotkey(int who) {
        int mechanism = seed.nextInt(run.economy().mechanisms().size());
        return switch (seed.nextInt(8)) {
            case 0 -> new EconomyStatement.Vote(List.of(mechanism), List.of(1 + seed.nextInt(100)));
            case 1 -> new EconomyStatement.ResetBonds(mechanism);
            case 2 -> new EconomyStatement.Follow(mechanism, hot(seed.nextInt(MEMBERS)));
            case 3, 4 -> {
                SetWeights row = row(mechanism);
                committed.put(hot(who), row);
                yield EconomyRun.commit(who, row);
            }
            case 5 -> EconomyRun.reveal(committed.getOrDefault(hot(who), row(mechanism)));
            default -> row(mechanism);
        };
    }

    private SetWeights row(int mechanism) {
        List<Integer> uids = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        for (int uid = 0; uid < run.economy().seats().size(); uid++) {
            if (seed.nextInt(3) > 0) {
                uids.add(uid);
                values.add(seed.nextInt(4) == 0 ? 0 : seed.nextInt(65536));
            }
        }
        return new SetWeights(mechanism, uids, values, 0);
    }
}
