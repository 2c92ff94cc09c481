package covey.chaos.detect;

import covey.actors.node.ClusterSettings.Timing;
import covey.actors.outer.Absences;
import covey.chaos.sim.VirtualTime;
import covey.node.door.Pinger;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.round.PeerEffect;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.pekko.remote.DeadlineFailureDetector;
import org.apache.pekko.remote.FailureDetector;
import scala.concurrent.duration.Duration;

/**
 * An authority that watches one trainer, in virtual time: Pekko's failure detector with our settings, pings in our
 * period, and {@link Absences}; detector and rule are the real ones. A statement counts at once; in a run a block comes
 * first. Used by one thread.
 */
final class Watch {
    private static final long TICK_MS = 250;
    private static final Hotkey SELF = new Hotkey(new Hash(0, 0, 0, 1));
    private static final Hotkey TRAINER = new Hotkey(new Hash(0, 0, 0, 2));

    private final VirtualTime time = new VirtualTime();
    private final Link there;
    private final Link back;
    private final Link toDoor;
    private final FailureDetector detector;
    private final Absences absences;
    private final LedgerState present = OneTrainer.round(TRAINER, false);
    private final LedgerState gone = OneTrainer.round(TRAINER, true);
    private boolean isAlive = true;
    private boolean isReachable = true;
    private long pingedMs;
    private long absentCount;
    private boolean isAbsent;

    Watch(Timing timing, Link.Weather weather, RandomGenerator random) {
        there = new Link(weather, random);
        back = new Link(weather, random);
        toDoor = new Link(weather, random);
        detector = new DeadlineFailureDetector(
                Duration.create(timing.pauseMs(), TimeUnit.MILLISECONDS),
                Duration.create(timing.heartbeatMs(), TimeUnit.MILLISECONDS),
                new FailureDetector.Clock() {
                    @Override
                    public Object apply() {
                        return time.nowMs();
                    }
                });
        absences = new Absences(
                new Absences.Parts(
                        SELF,
                        List.of(SELF),
                        _ -> isReachable,
                        () -> false,
                        _ -> time.nowMs() - pingedMs,
                        () -> TimeUnit.MILLISECONDS.toNanos(time.nowMs()),
                        this::said),
                present);
        every(timing.heartbeatMs(), this::heartbeat);
        every(Pinger.PERIOD_MS, this::ping);
        every(timing.heartbeatMs() / 2 + 1, this::reap);
        every(TICK_MS, absences::lookAround);
        detector.heartbeat();
    }

    private void every(long periodMs, Runnable action) {
        time.after(periodMs, () -> {
            action.run();
            every(periodMs, action);
        });
    }

    private void heartbeat() {
        time.at(there.arrivesMs(time.nowMs()), () -> {
            if (isAlive) {
                time.at(back.arrivesMs(time.nowMs()), detector::heartbeat);
            }
        });
    }

    private void ping() {
        if (isAlive) {
            time.at(toDoor.arrivesMs(time.nowMs()), () -> pingedMs = time.nowMs());
        }
    }

    private void reap() {
        isReachable = detector.isAvailable();
    }

    private void said(PeerEffect.Say say) {
        isAbsent = say.statement() instanceof Statement.Absent;
        absentCount += isAbsent ? 1 : 0;
        absences.follow(isAbsent ? gone : present);
    }

    /** How often it says so of a trainer that lives all the time. */
    long falseAbsences(long ms) {
        long endMs = time.nowMs() + ms;
        while (time.nowMs() < endMs) {
            time.step();
        }
        return absentCount;
    }

    /** From the trainer's death after so long to Absent; empty if it was called absent then already. */
    OptionalLong detectionMs(long livesMs) {
        falseAbsences(livesMs);
        if (isAbsent) {
            return OptionalLong.empty();
        }
        isAlive = false;
        long diedMs = time.nowMs();
        while (!isAbsent) {
            time.step();
        }
        return OptionalLong.of(time.nowMs() - diedMs);
    }
}
