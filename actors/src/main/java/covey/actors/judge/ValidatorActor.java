package covey.actors.judge;

import covey.actors.node.NodeEvent;
import covey.protocol.contribution.ContributionCheck;
import covey.protocol.contribution.Rejection;
import covey.protocol.port.ContentStore;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerInput;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Checks stored contributions one after another; each blocks its thread for milliseconds to seconds. */
public final class ValidatorActor {
    /** @param lengthBytes the commitment's */
    public record Judge(PeerEffect.Judge effect, long lengthBytes) {}

    private final ContributionCheck check;
    private final ContentStore contents;
    private final Consumer<PeerInput> peer;
    private final Consumer<NodeEvent> events;

    private ValidatorActor(
            ContributionCheck check, ContentStore contents, Consumer<PeerInput> peer, Consumer<NodeEvent> events) {
        this.check = check;
        this.contents = contents;
        this.peer = peer;
        this.events = events;
    }

    /** @param peer told the verdict; a content that is gone again gets none (rule D6) */
    public static Behavior<Judge> create(
            ContributionCheck check, ContentStore contents, Consumer<PeerInput> peer, Consumer<NodeEvent> events) {
        ValidatorActor actor = new ValidatorActor(check, contents, peer, events);
        return Behaviors.receive(Judge.class)
                .onMessage(Judge.class, actor::judge)
                .build();
    }

    private Behavior<Judge> judge(Judge command) {
        PeerEffect.Judge effect = command.effect();
        var expected = new ContributionCheck.Expected(
                effect.round(), effect.owner(), effect.baseRoot(), command.lengthBytes());
        contents.read(effect.contribution())
                .map(content -> check.check(content, expected).map(Rejection::code))
                .ifPresent(code -> judged(effect, code.orElse(0)));
        return Behaviors.same();
    }

    private void judged(PeerEffect.Judge effect, int code) {
        peer.accept(new PeerInput.Judged(effect.contribution(), code));
        events.accept(new NodeEvent.Judged(effect.round(), effect.owner(), code));
    }
}
