package covey.actors.outer;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * An authority's eye on the trainers that may commit in a round (rule D4): says Absent of one that nobody can reach,
 * and Present when it is back. Nobody waits for who is absent (rule D2, docs/adr/0010). Whoever does not reach a
 * majority of the authorities is cut off itself, says nothing, and knows of nobody since when he is gone. For one
 * thread.
 */
public final class Absences {
    /**
     * @param authorities that genesis names, among them self
     * @param inGrace whether this node's own view must not be reported
     * @param pingAgeMs since the last signed ping at the door
     * @param nowNs monotonic
     */
    public record Parts(
            Hotkey self,
            List<Hotkey> authorities,
            Predicate<Hotkey> reachable,
            BooleanSupplier inGrace,
            ToLongFunction<Hotkey> pingAgeMs,
            LongSupplier nowNs,
            Consumer<PeerEffect.Say> say) {}

    static final long SILENCE_NS = 1_000_000_000L;
    private static final long SILENCE_MS = SILENCE_NS / 1_000_000;
    /** Who pinged within that time did so all along, so that its silence tells; another one gets time to begin. */
    static final long PINGED_MS = 60_000;

    /** An Absent that the ledger does not show by then is said again. */
    static final long REPEAT_NS = 3_000_000_000L;
    /** The same for Present: whoever proposes may order an Absent behind it. */
    static final long REPEAT_PRESENT_NS = 500_000_000L;

    private record Said(boolean absent, long atNs) {}

    private final Parts parts;
    private final SortedMap<Hotkey, Long> goneSinceNs = new TreeMap<>();
    private final SortedMap<Hotkey, Said> said = new TreeMap<>();
    private LedgerState ledger;
    private long round;

    public Absences(Parts parts, LedgerState initial) {
        this.parts = parts;
        ledger = initial;
    }

    /**
     * What the ledger shows of a Present is done, so that it can be said again at once if another authority says
     * Absent. Not so the other way round: two that see differently for long would go on and on.
     */
    public void follow(LedgerState next) {
        ledger = next;
        said.entrySet().removeIf(e -> !e.getValue().absent() && !next.rounds().wouldChange(e.getKey(), false));
    }

    /** To be called about four times a second. */
    public void lookAround() {
        if (parts.inGrace().getAsBoolean() || isCutOff()) {
            goneSinceNs.clear();
        } else {
            ledger.round().ifPresent(this::look);
        }
    }

    private boolean isCutOff() {
        long reached = parts.authorities().stream().filter(this::isHere).count();
        return 2 * reached <= parts.authorities().size();
    }

    private boolean isHere(Hotkey hotkey) {
        return hotkey.equals(parts.self()) || parts.reachable().test(hotkey);
    }

    private void look(RoundState now) {
        if (now.round() != round) {
            round = now.round();
            said.clear();
        }
        now.eligible().forEach(trainer -> look(now, trainer));
        now.spares().forEach(trainer -> look(now, trainer));
    }

    private void look(RoundState now, Hotkey trainer) {
        long nowNs = parts.nowNs().getAsLong();
        boolean here = isHere(trainer);
        if (here) {
            goneSinceNs.remove(trainer);
        } else {
            goneSinceNs.putIfAbsent(trainer, nowNs);
        }
        if (here && ledger.rounds().wouldChange(trainer, false)) {
            say(trainer, new Said(false, nowNs), new Statement.Present(now.round(), trainer, "reachable again"));
        } else if (!here && ledger.rounds().wouldChange(trainer, true) && isSilent(trainer, nowNs)) {
            say(
                    trainer,
                    new Said(true, nowNs),
                    new Statement.Absent(now.round(), trainer, "unreachable, and silent for 1 s"));
        }
    }

    private boolean isSilent(Hotkey trainer, long nowNs) {
        long pingAgeMs = parts.pingAgeMs().applyAsLong(trainer);
        boolean pinged = pingAgeMs < PINGED_MS;
        return pingAgeMs > SILENCE_MS && (pinged || nowNs - goneSinceNs.getOrDefault(trainer, nowNs) > SILENCE_NS);
    }

    private void say(Hotkey trainer, Said now, Statement statement) {
        Said last = said.get(trainer);
        long repeatNs = now.absent() ? REPEAT_NS : REPEAT_PRESENT_NS;
        if (last == null || last.absent() != now.absent() || now.atNs() - last.atNs() > repeatNs) {
            said.put(trainer, now);
            parts.say().accept(new PeerEffect.Say(Role.AUTHORITY, statement));
        }
    }
}
