package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.yuma.EpochRule;
import covey.protocol.yuma.Yuma;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One statement of each kind, and of each epoch rule. */
public final class EconomyStatements {
    private EconomyStatements() {}

    private static Hotkey key(int i) {
        return new Hotkey(new Hash(i, 0x1122334455667788L, -1, 5));
    }

    public static Stream<EconomyStatement> all() {
        Hash hash = new Hash(9, 8, 7, 6);
        var weights = new EconomyStatement.SetWeights(3, List.of(0, 5, 255), List.of(65535, 0, 7), 11);
        Yuma yuma = new Yuma(32767, 900_000, 65535, 5000, 64, 1_000, true);
        var liquid = new EpochRule.Yuma3(yuma, Optional.of(new Yuma.LiquidAlpha(45875, 58982, -1000)));
        return Stream.of(
                new EconomyStatement.Transfer(key(1), 1L << 59),
                new EconomyStatement.AddStake(key(1), 5),
                new EconomyStatement.RemoveStake(key(2), 6),
                new EconomyStatement.SetTake(key(2), 11796),
                new EconomyStatement.BuyUid(key(3), Long.MAX_VALUE),
                new EconomyStatement.RegisterMechanism(
                        key(3), "primes", new Terms(new EpochRule.Linear(50, 4, 1, 128), 0, 0), hash, 77),
                new EconomyStatement.RegisterMechanism(key(3), "liquid", new Terms(liquid, 1, 2), hash, 77),
                new EconomyStatement.SetTerms(1, new Terms(new EpochRule.Yuma2(yuma), 2, -1)),
                new EconomyStatement.SetTerms(
                        1, new Terms(new EpochRule.Yuma3(yuma, Optional.empty()), 2, Long.MAX_VALUE)),
                new EconomyStatement.OpenStream(
                        key(4), 30, List.of(new Share(key(5), 1), new Share(key(6), 65535)), 100, 1_000, 500),
                new EconomyStatement.CloseStream(12),
                new EconomyStatement.RunStream(13),
                new EconomyStatement.Vote(List.of(0, 1), List.of(65535, 1)),
                weights,
                new EconomyStatement.CommitWeights(2, hash),
                new EconomyStatement.RevealWeights(weights, List.of(1, 65535)),
                new EconomyStatement.ResetBonds(1),
                new EconomyStatement.Follow(1, key(7)),
                new EconomyStatement.Serve(Bytes.wrap("host:9000".getBytes(StandardCharsets.US_ASCII))));
    }
}
