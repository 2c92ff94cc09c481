package covey.node.web;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The local ActorSystem that serves a node's HTTP: the door and the node's own port. It outlives the cluster's. */
public final class HttpSystem {
    private HttpSystem() {}

    /** Whoever creates it terminates it. */
    public static ActorSystem<Void> create() {
        return ActorSystem.create(Behaviors.empty(), "covey-http", config());
    }

    private static Config config() {
        return ConfigFactory.defaultOverrides()
                .withFallback(ConfigFactory.parseResourcesAnySyntax(HttpSystem.class, "http"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    /** Where work that may block belongs. */
    public static Executor blocking(ActorSystem<?> system) {
        return system.dispatchers().lookup(DispatcherSelector.blocking());
    }
}
