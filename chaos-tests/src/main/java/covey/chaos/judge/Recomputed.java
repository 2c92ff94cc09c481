package covey.chaos.judge;

import covey.protocol.contribution.Layout;
import covey.protocol.journal.OuterReplay;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.outer.InitialParameters;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerEffect.Selected;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** θ after each round, from θ_0 and the sealed contributions alone: what every honest node must have. */
final class Recomputed {
    private final SortedMap<Long, ContentId> roots = new TreeMap<>();

    /** Stops at the first round that cannot be recomputed; that is a finding. */
    Recomputed(
            Genesis genesis,
            SortedMap<Long, Reexecuted.Sealed> sealed,
            Archived archived,
            Crypto crypto,
            Consumer<Finding> findings) {
        OuterStep step = new OuterStep(
                Layout.of(genesis.model()),
                genesis.training().alphaQ16(),
                genesis.training().aggregation());
        OuterReplay replay = new OuterReplay(step, crypto, archived::content);
        float[] theta = new float[Math.toIntExact(genesis.model().parameterCount())];
        InitialParameters.fill(genesis.model(), genesis.seed(), theta);
        roots.put(0L, genesis.thetaRoot());
        for (Reexecuted.Sealed round : sealed.values()) {
            switch (replay.run(theta, one(round))) {
                case OuterReplay.Equal equal -> roots.put(round.round().round(), equal.root());
                case OuterReplay.Differs differs -> {
                    findings.accept(
                            new Finding("cannot-recompute", "round " + differs.round() + ": " + differs.what()));
                    return;
                }
            }
        }
    }

    private static SortedMap<Long, OuterReplay.Sealed> one(Reexecuted.Sealed round) {
        List<Selected> selected = round.round().collectSet().stream()
                .map(c -> new Selected(c.hotkey(), c.contribution(), c.trustQ16()))
                .toList();
        SortedMap<Long, OuterReplay.Sealed> rounds = new TreeMap<>();
        rounds.put(round.round().round(), new OuterReplay.Sealed(selected, List.of()));
        return rounds;
    }

    /** State root after each round; that of 0 is θ_0's. */
    SortedMap<Long, ContentId> roots() {
        return roots;
    }
}
