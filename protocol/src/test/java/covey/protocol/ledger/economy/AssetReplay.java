package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.AddStake;
import covey.protocol.ledger.economy.EconomyStatement.OpenStream;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestRun;
import java.util.List;

/** A ledger with rounds and an asset, drawn from a seed; its state hash must be the same in every JVM. */
public final class AssetReplay {
    private AssetReplay() {}

    /** Prints the state hash for a seed and a number of rounds. */
    public static void main(String[] args) {
        System.out.println(run(Long.parseLong(args[0]), Integer.parseInt(args[1])));
    }

    static String run(long number, int rounds) {
        Seed seed = Seed.of(number);
        TestRun run = TestRun.withAsset(3, "yuma3-liquid", 5_000, 4_000).open();
        for (int i = 0; i < rounds; i++) {
            for (int j = 0; j < 4; j++) {
                say(seed, run);
                run.block();
            }
            run.finishRound();
        }
        return run.machine().stateHash(run.state()).toString();
    }

    private static void say(Seed seed, TestRun run) {
        Crypto.Signer validator = run.validator(seed.nextInt(2));
        Hotkey trainer = run.trainer(seed.nextInt(3)).hotkey();
        Crypto.Signer account = TestRun.coldkey(trainer);
        Hotkey other = TestRun.coldkey(validator.hotkey()).hotkey();
        List<Share> shares = List.of(new Share(other, 1 + seed.nextInt(9)));
        run.economic(validator, new SetWeights(0, List.of(0, 1, 2, 3, 4), values(seed), 0));
        run.economic(account, new AddStake(validator.hotkey(), 1 + seed.nextInt(500)));
        run.economic(account, new Transfer(other, 1 + seed.nextInt(500)));
        run.economic(account, new OpenStream(account.hotkey(), 5, shares, 7, 1_000, 0));
    }

    private static List<Integer> values(Seed seed) {
        return seed.ints(5, 0, 65536).boxed().toList();
    }
}
