package covey.actors.run;

import covey.actors.node.NodeEvent;
import covey.actors.weigh.CaughtUpActor;
import covey.actors.weigh.ChallengerActor;
import covey.actors.weigh.WeigherActor;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect;
import covey.protocol.score.ScoreBook;
import covey.protocol.score.WeightRule;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The roles of a validator in a run with an asset: who challenges, and who puts weights on the ledger. */
record Weighing(ActorRef<WeigherActor.Command> weigher, ActorRef<CaughtUpActor.Command> ledger) {
    static WeigherActor.Parts weigherParts(NodeParts parts, Economics economics, Consumer<PeerEffect.Say> say) {
        return new WeigherActor.Parts(
                parts.self(), economics, parts.records(), Weighing::salt, statement -> say.accept(sayOf(statement)));
    }

    /** Half the least time between two blocks. */
    static Duration quiet(NodeParts parts) {
        return Duration.ofMillis(Math.max(1, parts.genesis().timing().blockMinMs() / 2));
    }

    private static PeerEffect.Say sayOf(EconomyStatement statement) {
        return new PeerEffect.Say(Role.OBSERVER, new Statement.Economic(statement));
    }

    private static List<Integer> salt() {
        return new SecureRandom().ints(Limits.SALT_COUNT, 0, 1 << 16).boxed().toList();
    }

    static ChallengerActor.Parts challengerParts(NodeParts parts, ActorRef<WeigherActor.Command> weigher) {
        return new ChallengerActor.Parts(
                parts.self(),
                Float.BYTES * parts.genesis().model().parameterCount(),
                parts.transfer(),
                parts.records(),
                new SecureRandom(),
                challenge -> parts.events()
                        .accept(new NodeEvent.Challenged(
                                challenge.round(), challenge.peer(), challenge.content(), challenge.answered())),
                book -> weigher.tell(new WeigherActor.Weigh(Economics.AVAILABILITY, book.weights())));
    }

    void published(LedgerState state) {
        ledger.tell(new CaughtUpActor.Ledger(state));
    }

    void scored(ScoreBook book) {
        weigh(Economics.PRE_TRAINING, book.weights(WeightRule.DEFAULT).values());
    }

    void weigh(String mechanism, SortedMap<Hotkey, Integer> weights) {
        weigher.tell(new WeigherActor.Weigh(mechanism, weights));
    }
}
