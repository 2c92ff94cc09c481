package covey.protocol.yuma;

import covey.protocol.testing.Seed;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Epochs drawn from a seed: any mixture of validators, rows, zeros, newcomers and parameters. */
final class RandomEpoch {
    private RandomEpoch() {}

    static EpochRule rule(Seed seed) {
        Yuma yuma = new Yuma(
                pick(seed, 0, 16384, 32767, 32767, 45000, 65535),
                pick(seed, 0, 500_000, 900_000, 975_000, 1_000_000),
                pick(seed, 0, 30_000, 65535),
                pick(seed, 3, 5000),
                1 + seed.nextInt(8),
                pick(seed, 0, 0, 50),
                seed.nextBoolean());
        int low = seed.nextInt(65536);
        return switch (seed.nextInt(3)) {
            case 0 -> new EpochRule.Yuma2(yuma);
            case 1 -> new EpochRule.Yuma3(yuma, Optional.empty());
            default ->
                new EpochRule.Yuma3(
                        yuma,
                        Optional.of(new LiquidAlpha(low, low + seed.nextInt(65536 - low), pick(seed, 1, 1000, 3000))));
        };
    }

    static EpochInput input(Seed seed, int count) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(new Slot(
                    seed.nextInt(4) == 0 ? 0 : 1 + seed.nextLong(1L << (1 + seed.nextInt(20))),
                    90 + seed.nextInt(10),
                    seed.nextInt(4) == 0 ? 80 + seed.nextInt(20) : 0,
                    seed.nextInt(4) > 0,
                    seed.nextInt(4) == 0 ? OptionalLong.of(80 + seed.nextInt(20)) : OptionalLong.empty(),
                    seed.nextInt(10) == 0,
                    OptionalInt.empty(),
                    row(seed, count),
                    row(seed, count)));
        }
        OptionalInt owner = seed.nextInt(3) == 0 ? OptionalInt.of(seed.nextInt(count)) : OptionalInt.empty();
        return new EpochInput(100, 90, owner, seed.nextLong(1L << 40), slots);
    }

    private static List<Cell> row(Seed seed, int count) {
        List<Cell> cells = new ArrayList<>();
        if (seed.nextInt(5) > 0) {
            for (int j = 0; j < count; j++) {
                if (seed.nextInt(3) > 0) {
                    cells.add(new Cell(j, seed.nextInt(5) == 0 ? 0 : seed.nextInt(65536)));
                }
            }
        }
        return cells;
    }

    static int pick(Seed seed, int... values) {
        return values[seed.nextInt(values.length)];
    }

    static EpochInput withSlots(EpochInput input, List<Slot> slots) {
        return new EpochInput(input.block(), input.lastTempo(), input.owner(), input.emission(), slots);
    }

    static Slot withStake(Slot s, long stake) {
        return new Slot(
                stake,
                s.lastUpdate(),
                s.registered(),
                s.permit(),
                s.commit(),
                s.resetsBonds(),
                s.follows(),
                s.weights(),
                s.bonds());
    }

    static Slot withWeights(Slot s, List<Cell> weights) {
        return new Slot(
                s.stake(),
                s.lastUpdate(),
                s.registered(),
                s.permit(),
                s.commit(),
                s.resetsBonds(),
                s.follows(),
                weights,
                s.bonds());
    }
}
