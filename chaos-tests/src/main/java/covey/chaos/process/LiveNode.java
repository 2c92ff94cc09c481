package covey.chaos.process;

import covey.node.testnet.ChildNode;
import covey.node.testnet.NodeSpec;
import java.time.Duration;
import java.util.Optional;

/** One node as its tormentor sees it. Used by one thread. */
final class LiveNode {
    final NodeSpec spec;
    Optional<ChildNode> child = Optional.empty();
    boolean isFrozen;
    /** Left for good. */
    boolean isGone;
    /** Whether its process was killed, so that its end is no news. */
    boolean wasKilled;
    /** Whether it may end by itself: its disk is full, or it cannot join yet. */
    boolean isExcused;
    /** How often it is still to be killed as soon as it runs. */
    int killsLeft;
    /** The fault that it suffers from; empty once it has caught up. */
    Optional<Blow> blow = Optional.empty();
    /** Whether it has to catch up: it starts again, or was cut off or frozen. */
    boolean isCatchingUp;

    boolean isRestarted;
    long startedMs;
    long appliedRound;
    /** Processor time of all starts but the first, until it had caught up. */
    long restartCpuNs;

    private long pastCpuNs;
    private long lastCpuNs;

    LiveNode(NodeSpec spec) {
        this.spec = spec;
    }

    String name() {
        return spec.name();
    }

    boolean isUp() {
        return child.filter(ChildNode::isAlive).isPresent();
    }

    boolean isSuffering() {
        return !isUp() || isFrozen || isCatchingUp || blow.isPresent();
    }

    /** Of this process, as last seen. */
    long cpuNs() {
        child.flatMap(c -> c.process().info().totalCpuDuration())
                .map(Duration::toNanos)
                .ifPresent(ns -> lastCpuNs = Math.max(lastCpuNs, ns));
        return lastCpuNs;
    }

    /** Of all its processes. */
    long allCpuNs() {
        return pastCpuNs + cpuNs();
    }

    void isNew(ChildNode process, long nowMs) {
        isRestarted = child.isPresent();
        if (isRestarted && isCatchingUp) {
            restartCpuNs += lastCpuNs;
        }
        pastCpuNs += lastCpuNs;
        lastCpuNs = 0;
        child = Optional.of(process);
        startedMs = nowMs;
        isCatchingUp = true;
        wasKilled = false;
        isFrozen = false;
    }

    void hasCaughtUp(long nowMs) {
        if (isRestarted && isCatchingUp) {
            restartCpuNs += cpuNs();
        }
        isRestarted = false;
        isCatchingUp = false;
        isExcused = false;
        blow.ifPresent(b -> b.caughtUpMs = nowMs);
        blow = Optional.empty();
    }
}
