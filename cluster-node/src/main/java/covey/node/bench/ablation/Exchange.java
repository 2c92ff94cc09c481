package covey.node.bench.ablation;

import covey.protocol.port.Engine;
import java.util.List;

/** How a round ends: from what trainers learned to the next θ. Used by one thread. */
sealed interface Exchange permits FormatExchange, PlainExchange {
    /**
     * Moves θ of all trainers alike.
     *
     * @param trainers each has just trained
     * @return false if one diverged; then the run is over
     */
    boolean end(long round, List<Engine> trainers);

    /** Bytes of all contributions so far. */
    long bytes();
}
