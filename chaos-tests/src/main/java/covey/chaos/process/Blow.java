package covey.chaos.process;

import covey.chaos.process.StormPlan.PlannedFault;
import java.util.Set;
import java.util.TreeSet;

/** A fault that was done, and what followed. Times in ms of the run's clock; -1: not yet. Used by one thread. */
final class Blow {
    /** Not yet. */
    static final long NEVER = -1;

    final PlannedFault plan;
    /** Who it hit; empty for all. */
    final String node;

    /** Names of all whom it keeps from the others, or hurts in another way. */
    final Set<String> hit = new TreeSet<>();

    final boolean isWriter;
    final long startMs;
    /** The last round that was sealed before it, and when. */
    final long sealedRound;

    final long sealedMs;
    long endMs = NEVER;
    long nextSealMs = NEVER;
    /** When its victim had caught up, after the end. */
    long caughtUpMs = NEVER;

    Blow(PlannedFault plan, String node, boolean isWriter, long startMs, RoundTimes rounds) {
        this.plan = plan;
        this.node = node;
        this.hit.add(node);
        this.isWriter = isWriter;
        this.startMs = startMs;
        this.sealedRound = rounds.last();
        this.sealedMs = rounds.lastMs();
    }

    /** What it is counted as: the writer's faults apart from others', parts of several nodes by their size. */
    String group() {
        if (plan.victim().equals(StormPlan.HALF) || plan.victim().equals(StormPlan.MOST)) {
            return plan.kind().text() + " " + plan.victim();
        }
        String who = isWriter ? "writer" : node.replaceAll("-[0-9]+$", "");
        return plan.kind().text() + (who.isEmpty() || plan.kind() == FaultKind.JOIN ? "" : " " + who);
    }
}
