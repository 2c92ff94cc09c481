package covey.actors.node;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.Address;

/**
 * Who may be downed, and when to go oneself. Only authorities that genesis names count, never members or roles, which
 * anybody can claim. A pure function of one node's view.
 */
final class DowningRule {
    private DowningRule() {}

    /**
     * One node's view.
     *
     * @param self never downed
     * @param reachable members that answer, with self
     * @param unreachableSinceNs when each member that does not was first seen so; monotonic
     * @param authorities of genesis, in its order; empty where the address is not known yet
     */
    record View(
            Address self,
            Set<Address> reachable,
            Map<Address, Long> unreachableSinceNs,
            List<Optional<Address>> authorities) {}

    /**
     * Members to down now. None unless a majority of the named authorities is reachable and self is one of them; the
     * first of those acts after {@code downAfterNs}, each further one half of that later, should those before it fail
     * to.
     */
    static List<Address> toDown(View view, long nowNs, long downAfterNs) {
        List<Address> named = reachableAuthorities(view);
        int rank = named.indexOf(view.self());
        if (rank < 0 || 2 * named.size() <= view.authorities().size()) {
            return List.of();
        }
        long patienceNs = downAfterNs + rank * (downAfterNs / 2);
        List<Address> out = new ArrayList<>();
        view.unreachableSinceNs().forEach((member, sinceNs) -> {
            if (!member.equals(view.self()) && nowNs - sinceNs >= patienceNs) {
                out.add(member);
            }
        });
        return out;
    }

    /**
     * Whether to go because others have quarantined this node: at least half of the named authorities that are
     * reachable,
     * or say so, say so.
     *
     * @param quarantinedBy addresses that told this node that it is quarantined
     */
    static boolean shouldLeave(View view, Set<Address> quarantinedBy) {
        Set<Address> heard = new LinkedHashSet<>(reachableAuthorities(view));
        heard.remove(view.self());
        int said = 0;
        for (Optional<Address> authority : view.authorities()) {
            if (authority.isPresent() && quarantinedBy.contains(authority.get())) {
                heard.add(authority.get());
                said++;
            }
        }
        return said > 0 && 2 * said >= heard.size();
    }

    private static List<Address> reachableAuthorities(View view) {
        return view.authorities().stream()
                .flatMap(Optional::stream)
                .filter(view.reachable()::contains)
                .toList();
    }
}
