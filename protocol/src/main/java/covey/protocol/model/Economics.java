package covey.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The asset of a run and how it is earned. A genesis without it pays nobody and gives each of its validators stake 1.
 * Amounts are units, times are blocks, shares are 1/65535.
 *
 * @param free what accounts hold at the start
 * @param staked what accounts have staked on hotkeys at the start
 * @param emission how much is made
 * @param registration how hotkeys get a uid
 * @param weights bounds of rows of weights
 * @param takes what validators keep of their stakers' dividends
 * @param mechanisms those that the run starts with
 * @param mechanismBurn price of registering another mechanism
 * @param tempoBlocks between two epochs of a mechanism
 */
public record Economics(
        List<Balance> free,
        List<Staked> staked,
        Emission emission,
        Registration registration,
        Weights weights,
        Takes takes,
        List<First> mechanisms,
        Burn mechanismBurn,
        int tempoBlocks) {
    /** Name of the mechanism whose scorer is the validators' loss score. */
    public static final String PRE_TRAINING = "pre-training";
    /** Name of the mechanism whose scorer challenges peers for what they serve. */
    public static final String AVAILABILITY = "availability";
    /** Share that stands for 1. */
    public static final int U16_ONE = 65535;

    public record Balance(Hotkey account, long amount) {}

    public record Staked(Hotkey account, Hotkey hotkey, long amount) {}

    /**
     * @param blockAmount units of a block until half of the supply is issued; then it halves, and so on
     * @param maxSupply units that are ever issued
     * @param ownerCutU16 of a mechanism's pot that its owner gets; 11796 is 18 %
     * @param splitU16 fixed shares of the mechanisms in order, together 65535; empty: by votes of stake
     */
    public record Emission(long blockAmount, long maxSupply, int ownerCutU16, List<Integer> splitU16) {
        public Emission {
            splitU16 = List.copyOf(splitU16);
            require(blockAmount >= 0 && maxSupply >= 0 && maxSupply <= Limits.SUPPLY_MAX, "supply", maxSupply);
            require(ownerCutU16 >= 0 && ownerCutU16 <= U16_ONE, "owner cut", ownerCutU16);
            long sum = splitU16.stream().mapToLong(Integer::longValue).sum();
            require(splitU16.isEmpty() || sum == U16_ONE, "split", sum);
        }
    }

    /**
     * @param maxUids uids of the run
     * @param immunityBlocks in which a newcomer is not replaced
     * @param minNonImmuneCount so many of those that are not immune are not replaced while an immune one is there
     */
    public record Registration(int maxUids, long immunityBlocks, int minNonImmuneCount, Burn burn) {
        public Registration {
            require(maxUids >= 1 && maxUids <= Limits.UIDS_MAX_COUNT, "uids", maxUids);
        }
    }

    /**
     * A price that falls each block and rises with each use.
     *
     * @param increaseQ32 factor of one use in 2^-32
     */
    public record Burn(int halfLifeBlocks, long increaseQ32, long min, long max, long start) {
        public Burn {
            require(halfLifeBlocks >= 1, "half life", halfLifeBlocks);
            require(increaseQ32 >= 1L << 32 && increaseQ32 <= 1L << 40, "increase", increaseQ32);
            require(min >= 0 && min <= start && start <= max && max <= Limits.SUPPLY_MAX, "burn", start);
        }
    }

    /**
     * @param rateLimitBlocks between two rows of one hotkey
     * @param minCount entries of a row; fewer if there are fewer uids
     * @param maxU16 of a row that one entry may have; 65535 is no limit
     * @param servingBlocks between two addresses of one hotkey
     */
    public record Weights(long rateLimitBlocks, int minCount, int maxU16, long servingBlocks) {}

    /**
     * @param firstU16 of who has not said another
     * @param maxU16 largest
     */
    public record Takes(int firstU16, int maxU16) {}

    /**
     * @param rule "yuma2", "yuma3", "yuma3-liquid" or "linear", with published defaults
     * @param revealEpochs after which committed weights are shown; 0: weights are set in the open
     * @param owner hotkey that gets the owner's cut
     */
    public record First(String name, String rule, int revealEpochs, Optional<Hotkey> owner) {}

    public Economics {
        free = List.copyOf(free);
        staked = List.copyOf(staked);
        mechanisms = List.copyOf(mechanisms);
        require(tempoBlocks >= 1, "tempo", tempoBlocks);
        require(mechanisms.size() <= Limits.MECHANISMS_MAX_COUNT, "mechanisms", mechanisms.size());
        require(
                emission.splitU16().size() <= mechanisms.size(),
                "split",
                emission.splitU16().size());
        long sum = 0;
        for (Balance b : free) {
            sum = Math.addExact(sum, b.amount());
        }
        for (Staked s : staked) {
            sum = Math.addExact(sum, s.amount());
        }
        require(sum <= emission.maxSupply(), "allocated", sum);
    }

    /**
     * The published defaults of Bittensor in blocks of this run: 1,000,000,000 units a block until half of 21,000,000
     * times as many are issued, 18 % for owners, times in proportion to the tempo. Each validator has 1,000 blocks'
     * worth staked by its coldkey, every coldkey as much free.
     *
     * @param mechanisms share equally until validators vote
     */
    public static Economics published(List<Genesis.Member> members, int tempoBlocks, List<First> mechanisms) {
        long block = 1_000_000_000;
        List<Balance> free = new ArrayList<>();
        List<Staked> staked = new ArrayList<>();
        for (Genesis.Member member : members) {
            free.add(new Balance(member.coldkey(), 1_000 * block));
            if (member.has(Role.VALIDATOR)) {
                staked.add(new Staked(member.coldkey(), member.hotkey(), 1_000 * block));
            }
        }
        long increase = 126 * (1L << 32) / 100;
        return new Economics(
                free,
                staked,
                new Emission(block, 21_000_000 * block, 11_796, List.of()),
                new Registration(
                        Limits.UIDS_MAX_COUNT,
                        tempoBlocks * 14L,
                        10,
                        new Burn(tempoBlocks, increase, block / 2000, 100 * block, block)),
                new Weights(Math.max(1, tempoBlocks / 4), 1, U16_ONE, Math.max(1, tempoBlocks / 7)),
                new Takes(11_796, 11_796),
                mechanisms,
                new Burn(tempoBlocks * 20, 2L << 32, block, 1_000 * block, 10 * block),
                tempoBlocks);
    }

    private static void require(boolean ok, String name, long value) {
        if (!ok) {
            throw new IllegalArgumentException("economics " + name + ": " + value + " (expected: within its range)");
        }
    }
}
