package covey.chaos.hostile;

import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * A trainer's engine that cheats. The outer step is the honest one, so that the cheater keeps step with the network.
 * What it remembers is gone after a restart. Used by the engine's thread.
 */
final class CheatingEngine extends BorrowedEngine {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HONEST_ROUNDS = 10;
    private static final float SCALE = 32;
    /** Share of a copy that is replaced. */
    private static final double NOISED = 2.0 / 3;
    /** A prime, so that other samples lie elsewhere in the pass. */
    private static final long ELSEWHERE = 7919;

    private final Cheat cheat;
    private final Genesis genesis;
    private final Hotkey self;
    private final Layout layout;
    private final Forgery forgery;
    private final SplittableRandom random;
    private boolean trained;
    private int rounds;
    /** Of the last rounds, oldest first. */
    private final Queue<MemorySegment> stolen = new ArrayDeque<>();
    /** What it will send instead of training; empty until there is something. */
    private Optional<MemorySegment> loot = Optional.empty();

    CheatingEngine(Cheat cheat, Engine honest, Genesis genesis, Hotkey self) {
        super(honest);
        this.cheat = cheat;
        this.genesis = genesis;
        this.self = self;
        layout = Layout.of(genesis.model());
        forgery = new Forgery(genesis);
        random = new SplittableRandom(self.hash().a());
    }

    private boolean trains() {
        return switch (cheat) {
            case SIGN_FLIP, SCALED, INDEX_STUFFING, NOT_FINITE, OTHER_DATA, TURNCOAT, HALF_HONEST -> true;
            case STALE, COPIER, COPIER_PERMUTED, COPIER_NOISED, COPIER_DELAYED, COPIER_LATE -> loot.isEmpty();
            case COLLUDER, FREE_RIDER, NOISE, SILENT -> false;
            case QUITTER -> rounds < HONEST_ROUNDS;
        };
    }

    @Override
    public TrainReport train(long[] windows, long appliedRounds, BooleanSupplier stop, StepListener listener) {
        trained = trains();
        if (trained) {
            long[] used = cheat == Cheat.OTHER_DATA ? elsewhere(windows) : windows;
            return honest.train(used, appliedRounds, stop, listener);
        }
        int batch = genesis.training().batch();
        return new TrainReport(
                windows.length / batch,
                Double.NaN,
                Double.NaN,
                (long) windows.length * genesis.model().sequence());
    }

    private long[] elsewhere(long[] windows) {
        return Arrays.stream(windows)
                .map(window -> (window * 31 + ELSEWHERE) % genesis.trainWindows())
                .toArray();
    }

    @Override
    public Compressed compress() {
        rounds++;
        if (!trained && cheat.absent() == cheat) {
            return new Compressed(false, MemorySegment.NULL);
        }
        if (!trained) {
            return new Compressed(true, instead());
        }
        Compressed made = honest.compress();
        if (made.finite() && cheat == Cheat.STALE) {
            loot = Optional.of(MemorySegment.ofArray(made.planes().toArray(ValueLayout.JAVA_BYTE)));
        }
        return made.finite() ? new Compressed(true, changed(made.planes())) : made;
    }

    /** What it sends where it has not trained. */
    private MemorySegment instead() {
        if (cheat == Cheat.COLLUDER) {
            return forgery.conspiracy(random);
        }
        return loot.map(this::changed).orElseGet(() -> forgery.noise(random));
    }

    private MemorySegment changed(MemorySegment planes) {
        return switch (cheat) {
            case SIGN_FLIP -> forgery.scaled(planes, -1);
            case TURNCOAT -> rounds > HONEST_ROUNDS ? forgery.scaled(planes, -1) : planes;
            case SCALED -> forgery.scaled(planes, SCALE);
            case INDEX_STUFFING -> forgery.stuffed(planes);
            case NOT_FINITE -> Forgery.notFinite(planes);
            case HALF_HONEST -> forgery.stirred(planes, chunk -> chunk % 2, true, random);
            case COPIER_PERMUTED -> trained ? planes : forgery.stirred(planes, _ -> 1, false, random);
            case COPIER_NOISED -> trained ? planes : forgery.stirred(planes, _ -> NOISED, true, random);
            case OTHER_DATA, STALE, COPIER, COPIER_DELAYED, COPIER_LATE, COLLUDER, FREE_RIDER, NOISE, SILENT, QUITTER ->
                planes;
        };
    }

    @Override
    public void fold() {
        if (trained) {
            honest.fold();
        }
    }

    @Override
    public void giveBack(MemorySegment contribution) {
        if (trained && cheat != Cheat.NOT_FINITE) {
            honest.giveBack(contribution);
        }
    }

    @Override
    public ContentId apply(List<Applied> collectSet) {
        if (cheat.copiesAfter() > 0) {
            List<Applied> others = collectSet.stream()
                    .filter(applied -> !applied.hotkey().equals(self))
                    .toList();
            if (!others.isEmpty()) {
                steal(others.get(random.nextInt(others.size())));
            }
        }
        float[] before = cheat == Cheat.FREE_RIDER ? values() : new float[0];
        ContentId root = honest.apply(collectSet);
        if (cheat == Cheat.FREE_RIDER) {
            float[] moved = values();
            for (int i = 0; i < moved.length; i++) {
                moved[i] = before[i] - moved[i];
            }
            loot = Optional.of(forgery.planes(moved));
        }
        return root;
    }

    private void steal(Applied applied) {
        MemorySegment planes =
                ContributionReader.planesOf(applied.contribution(), layout).bytes();
        stolen.add(MemorySegment.ofArray(planes.toArray(ValueLayout.JAVA_BYTE)));
        if (stolen.size() > cheat.copiesAfter()) {
            stolen.remove();
        }
        loot = Optional.of(stolen)
                .filter(all -> all.size() == cheat.copiesAfter())
                .map(Queue::element);
    }

    private float[] values() {
        return honest.theta().toArray(FLOAT);
    }
}
