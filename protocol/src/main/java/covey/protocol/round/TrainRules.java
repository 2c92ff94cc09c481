package covey.protocol.round;

import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Rounds.Standing;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Role;
import covey.protocol.round.PeerInput.Recorded;
import covey.protocol.round.PeerState.Training;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A trainer's part of TRAIN and COMMIT, and who is Ready (rules A3, D1, E3, H9, H10, I2). One training or compression
 * at a time.
 */
final class TrainRules {
    /** Between two Ready for the same θ, when an absence came in between. */
    private static final long READY_AGAIN_MS = 1_000;

    private final Turn turn;
    private long started;
    private Optional<Long> running;
    private long stopSaid;
    private long cutOffSaid;
    private List<Long> windows;
    private Optional<Long> uncompressed;
    private Optional<Long> compressing;
    private Optional<Recorded> recorded;
    private long commitSaid;
    private long lastTrained;
    private long readySaid;
    private long readyMs;

    TrainRules(Turn turn, Training slice) {
        this.turn = turn;
        this.started = slice.started();
        this.running = slice.running();
        this.stopSaid = slice.stopSaid();
        this.cutOffSaid = slice.cutOffSaid();
        this.windows = slice.windows();
        this.uncompressed = slice.uncompressed();
        this.compressing = slice.compressing();
        this.recorded = slice.recorded();
        this.commitSaid = slice.commitSaid();
        this.lastTrained = slice.lastTrained();
        this.readySaid = slice.readySaid();
        this.readyMs = slice.readyMs();
    }

    static Training initial(long settled, Optional<Recorded> recorded) {
        long found = recorded.map(Recorded::round).orElse(0L);
        return new Training(
                found,
                Optional.empty(),
                0,
                0,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                recorded,
                0,
                Math.max(settled, found),
                -1,
                0);
    }

    Training freeze() {
        return new Training(
                started,
                running,
                stopSaid,
                cutOffSaid,
                windows,
                uncompressed,
                compressing,
                recorded,
                commitSaid,
                lastTrained,
                readySaid,
                readyMs);
    }

    // ---- what others ask

    /** Whether the engine still owes a result. */
    boolean isBusy() {
        return running.isPresent() || compressing.isPresent();
    }

    boolean hasTrained() {
        return started > 0;
    }

    long lastTrained() {
        return lastTrained;
    }

    /** Whether inner steps of the round were made and nothing was compressed from them. */
    boolean hasUncompressed(long round) {
        return uncompressed.filter(r -> r == round).isPresent();
    }

    /** The round's own contribution if it is here. */
    Optional<Recorded> recorded(long round) {
        return recorded.filter(r -> r.round() == round);
    }

    /**
     * The own contribution if it came late, was not selected, or if nobody fetched or nobody might judge it; nothing
     * comes back for a fault of its own (rule E3).
     */
    Optional<ContentId> toGiveBack(SealedRound sealed) {
        return recorded(sealed.round())
                .map(Recorded::contribution)
                .filter(own -> sealed.collectSet().stream()
                        .noneMatch(c -> c.contribution().equals(own)))
                .filter(own -> sealed.refused().stream()
                        .noneMatch(r -> r.contribution().equals(own) && isFault(r.code())));
    }

    private static boolean isFault(int code) {
        return code != 0 && code != Refused.NO_JUDGE;
    }

    // ---- inputs

    void trained(PeerInput.Trained input) {
        if (running.filter(r -> r == input.round()).isEmpty()) {
            return;
        }
        long round = input.round();
        running = Optional.empty();
        if (input.steps() == 0) {
            return;
        }
        lastTrained = round;
        Genesis.Training training = turn.setup.genesis().training();
        if (input.steps() < training.minimumSteps() || !turn.isOpen(round) || !turn.outer.isAt(round - 1)) {
            uncompressed = Optional.of(round);
            return;
        }
        compressing = Optional.of(round);
        List<Long> used = windows.subList(0, Math.min(windows.size(), input.steps() * training.batch()));
        turn.emit(new PeerEffect.Compress(
                round, input.steps(), turn.outer.root(round - 1).orElseThrow(), used));
    }

    /** Whether it was expected. */
    boolean recorded(Recorded input) {
        if (compressing.filter(r -> r == input.round()).isEmpty()) {
            return false;
        }
        compressing = Optional.empty();
        recorded = Optional.of(input);
        return true;
    }

    void notFinite(PeerInput.NotFinite input) {
        compressing = compressing.filter(r -> r != input.round());
    }

    void settled(long round) {
        recorded = recorded.filter(r -> r.round() > round);
        uncompressed = uncompressed.filter(r -> r > round);
    }

    /** θ is loaded anew: there is nothing left to fold. */
    void forgetSteps() {
        uncompressed = Optional.empty();
    }

    // ---- what follows

    /** Rule A3: a Commit of our hotkey that is not the recorded one is somebody else's, or we are the past. */
    void checkOwnCommit() {
        Optional<Commitment> said = turn.ledger.round().flatMap(r -> r.commitment(turn.setup.self()));
        if (said.isEmpty()) {
            return;
        }
        long round = turn.ledger.round().orElseThrow().round();
        ContentId theirs = said.get().contribution();
        if (recorded(round).filter(r -> r.contribution().equals(theirs)).isEmpty()) {
            turn.halt("commit of round " + round + ": " + theirs.brief() + " stands on the ledger (expected: one of "
                    + "this node); its key is in use elsewhere, or its folder is an old backup (rule A3)");
        }
    }

    void derive() {
        stop();
        train();
        commit();
        ready();
    }

    private void stop() {
        if (running.isEmpty() || stopSaid == running.get()) {
            return;
        }
        long round = running.get();
        if (!turn.isOpen(round) || !turn.outer.isAt(round - 1)) {
            stopSaid = round;
            turn.emit(new PeerEffect.StopTraining(round, 0));
        } else if (cutOffSaid != round && isCutOff(round)) {
            cutOffSaid = round;
            int minimum = turn.setup.genesis().training().minimumSteps();
            turn.emit(new PeerEffect.StopTraining(round, minimum));
        }
    }

    /** Rule H10: the others have arrived, and the deadline comes near. */
    private boolean isCutOff(long round) {
        long elapsedMs =
                turn.ledger.timeMs() - turn.round(round).orElseThrow().open().timeMs();
        return turn.ledger
                .rounds()
                .deadline(turn.setup.genesis().timing().ceilingMs())
                .filter(deadline -> elapsedMs >= deadline.cutOffMs())
                .isPresent();
    }

    private void train() {
        Optional<RoundState> open = turn.ledger.round().filter(r -> !r.isClosed() && isMine(r));
        if (open.isEmpty() || isBusy() || started >= open.get().round()) {
            return;
        }
        RoundState round = open.get();
        if (round.round() - 1 != turn.outer.settled() || !turn.outer.isAt(round.round() - 1)) {
            return;
        }
        started = round.round();
        running = Optional.of(started);
        windows = windows(round);
        turn.emit(new PeerEffect.Train(started, windows, turn.ledger.appliedRounds()));
    }

    private boolean isMine(RoundState round) {
        return turn.setup.is(Role.TRAINER) && round.mayCommit(turn.setup.self());
    }

    private List<Long> windows(RoundState round) {
        int spare = round.spares().indexOf(turn.setup.self());
        int slot = spare < 0
                ? round.eligible().indexOf(turn.setup.self())
                : round.eligible().size() + spare;
        Genesis.Training training = turn.setup.genesis().training();
        long[] ids = turn.setup
                .assignment()
                .windows(round.pass(), round.slots().get(slot), training.batch() * training.innerSteps());
        return Arrays.stream(ids).boxed().toList();
    }

    private void commit() {
        recorded.ifPresent(own -> {
            boolean useful = turn.round(own.round())
                    .filter(r -> !r.isClosed()
                            && isMine(r)
                            && r.commitment(turn.setup.self()).isEmpty())
                    .isPresent();
            if (useful && commitSaid < own.round()) {
                commitSaid = own.round();
                turn.say(Role.TRAINER, new Statement.Commit(own.round(), own.contribution(), own.lengthBytes()));
            }
        });
    }

    /** Rule D1. Once for each θ, and again when an absence came after it. */
    private void ready() {
        long settled = turn.outer.settled();
        if (settled != turn.ledger.lastSealed() || !turn.outer.isAt(settled)) {
            return;
        }
        Standing standing = turn.ledger.standing(turn.setup.self());
        boolean again = standing.absent() && turn.ledger.timeMs() - readyMs >= READY_AGAIN_MS;
        Optional<Role> role = readyRole(standing);
        if (role.isPresent() && (readySaid != settled || again)) {
            readySaid = settled;
            readyMs = turn.ledger.timeMs();
            turn.say(role.get(), new Statement.Ready(settled));
        }
    }

    private Optional<Role> readyRole(Standing standing) {
        Optional<RoundState> round = turn.ledger.round();
        boolean said = standing.readyRound() >= turn.outer.settled() && !standing.absent();
        if (turn.setup.is(Role.TRAINER)
                && !said
                && round.filter(this::isPresentIn).isEmpty()) {
            return Optional.of(Role.TRAINER);
        }
        boolean away = standing.suspended() && !standing.returning();
        return turn.setup.is(Role.VALIDATOR) && (away || round.isEmpty() && !said)
                ? Optional.of(Role.VALIDATOR)
                : Optional.empty();
    }

    private boolean isPresentIn(RoundState round) {
        return round.mayCommit(turn.setup.self())
                && !turn.ledger.standing(turn.setup.self()).absent();
    }
}
