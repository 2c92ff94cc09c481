package covey.protocol.score;

import covey.protocol.assign.DataAssignment;
import covey.protocol.contribution.SampleRoot;
import covey.protocol.ledger.RoundState;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a validator measures of a round (rules I2, J1): which trainers, and on which samples. Follows from the ledger
 * at CLOSED and from when each was measured last, so nobody knows it before, and all validators choose alike.
 * Stateless after construction.
 */
public final class ScorePlan {
    private static final byte[] DOMAIN = "covey/1/score".getBytes(StandardCharsets.US_ASCII);
    private static final int SAMPLES = 32;
    /** Of rounds with fewer windows a trainer, half as many samples of twice as many trainers are measured. */
    private static final int SMALL_ROUND_WINDOWS = 256;
    /** A window's loss and gradient cost three losses. */
    private static final int PASSES = 3;
    /** Scoring costs no more than three quarters of a trainer's round. */
    private static final double BUDGET = 0.75;

    private final Genesis.Training training;
    private final DataAssignment assignment;
    private final Crypto crypto;

    public ScorePlan(Genesis.Training training, DataAssignment assignment, Crypto crypto) {
        this.training = training;
        this.assignment = assignment;
        this.crypto = crypto;
    }

    /** Samples of each kind a trainer and round. */
    public int samples() {
        return slotWindows() < SMALL_ROUND_WINDOWS ? SAMPLES / 2 : SAMPLES;
    }

    /** Trainers measured in a round, at least 1. */
    public int trainers() {
        double losses = BUDGET * PASSES * slotWindows();
        return Math.max(1, (int) ((losses - samples()) / (3 * samples())));
    }

    private int slotWindows() {
        return training.batch() * training.innerSteps();
    }

    /** The trainers to measure: whoever waits longest, then by lot. */
    public List<Hotkey> choose(RoundState closed, List<Hotkey> candidates, ToLongFunction<Hotkey> lastScored) {
        return candidates.stream()
                .sorted(Comparator.comparingLong(lastScored).thenComparing(h -> lot(closed, h)))
                .limit(trainers())
                .toList();
    }

    private Hash lot(RoundState closed, Hotkey hotkey) {
        Hash beacon = closed.closed().orElseThrow().beacon();
        return crypto.sha256(
                new ByteWriter().raw(DOMAIN).hash(beacon).hash(hotkey.hash()).toByteArray());
    }

    /** Samples of the round that nobody was assigned. */
    public List<Long> random(RoundState closed) {
        List<Long> windows = slot(closed, closed.slots().size() - 1);
        return drawn(windows, closed.closed().orElseThrow().beacon(), closed.round());
    }

    /**
     * Samples of those that a trainer of the round was to train on.
     *
     * @param steps inner steps that its contribution says
     */
    public List<Long> own(RoundState closed, Hotkey hotkey, int steps) {
        return drawn(trained(closed, hotkey, steps), lot(closed, hotkey), closed.round());
    }

    /** Whether a contribution's sample root is that of the samples its maker was assigned. */
    public boolean isAssigned(RoundState closed, Hotkey hotkey, int steps, Hash samples) {
        long[] windows = trained(closed, hotkey, steps).stream()
                .mapToLong(Long::longValue)
                .toArray();
        return SampleRoot.of(windows, windows.length, crypto).equals(samples);
    }

    private List<Long> trained(RoundState closed, Hotkey hotkey, int steps) {
        int spare = closed.spares().indexOf(hotkey);
        int slot = spare < 0
                ? closed.eligible().indexOf(hotkey)
                : closed.eligible().size() + spare;
        List<Long> windows = slot(closed, slot);
        return windows.subList(0, Math.min(windows.size(), steps * training.batch()));
    }

    private List<Long> slot(RoundState closed, int slot) {
        long[] windows = assignment.windows(closed.pass(), closed.slots().get(slot), slotWindows());
        return Arrays.stream(windows).boxed().toList();
    }

    private List<Long> drawn(List<Long> windows, Hash key, long round) {
        List<Long> shuffled = DataAssignment.permute(windows, key, round, crypto);
        return shuffled.subList(0, Math.min(samples(), shuffled.size()));
    }
}
