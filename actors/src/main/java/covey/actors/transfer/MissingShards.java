package covey.actors.transfer;

import covey.protocol.model.Genesis;
import java.util.List;

/**
 * What a node lacks of the run's data (rule F4).
 *
 * @param shards empty: it has all
 * @param arrived called once when all of them are in the store, before anybody trains or judges; may block; what it
 *     throws ends the node
 */
public record MissingShards(List<Genesis.Shard> shards, Runnable arrived) {
    public static final MissingShards NONE = new MissingShards(List.of(), () -> {});

    public MissingShards {
        shards = List.copyOf(shards);
    }
}
