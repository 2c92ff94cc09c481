package covey.actors.node;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.DowningProvider;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/** Makes Pekko follow {@link DowningRule}. The ActorSystem must have been created with a {@link Names}. */
public final class CoveyDowning extends DowningProvider {
    /** Whom genesis names, for one ActorSystem. */
    static final class Names extends Setup {
        private final Supplier<List<Optional<Address>>> authorities;
        private final long downAfterNs;

        /** @param authorities in genesis order; empty where the address is not known yet; any thread */
        Names(Supplier<List<Optional<Address>>> authorities, long downAfterNs) {
            this.authorities = authorities;
            this.downAfterNs = downAfterNs;
        }

        List<Optional<Address>> authorities() {
            return authorities.get();
        }

        long downAfterNs() {
            return downAfterNs;
        }
    }

    private final Names names;

    /** Called by Pekko. */
    public CoveyDowning(ActorSystem system) {
        names = system.settings()
                .setup()
                .get(Names.class)
                .orElseThrow(
                        () -> new IllegalStateException("downing: no authorities named (expected: a Names setup)"));
    }

    @Override
    public FiniteDuration downRemovalMargin() {
        return FiniteDuration.Zero();
    }

    @Override
    public Option<Props> downingActorProps() {
        return Option.apply(Adapter.props(() -> DowningJudge.create(names)));
    }

    /** When each unreachable member was first seen so; a member that came back starts again. Belongs to one thread. */
    static final class Unreachable {
        private final Map<Address, Long> sinceNs = new LinkedHashMap<>();

        Map<Address, Long> seen(Set<Address> now, long nowNs) {
            sinceNs.keySet().retainAll(now);
            new LinkedHashSet<>(now).forEach(member -> sinceNs.putIfAbsent(member, nowNs));
            return sinceNs;
        }

        /** After a stall of our own nothing of the past counts. */
        void forget() {
            sinceNs.clear();
        }
    }
}
