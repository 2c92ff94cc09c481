package covey.chaos.memo;

import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outer steps that one of several engines of the same model has made: θ after it, by θ before and what was applied. */
public final class OuterSteps {
    private final Crypto crypto;
    private final Map<Step, After> made = new HashMap<>();

    /** A contribution by what its bytes hash to. */
    private record Part(Hotkey hotkey, Hash bytes, int trustQ16) {}

    /** An outer step's inputs. */
    public record Step(ContentId before, List<?> parts) {}

    /** @param theta canonical order; not to be written to */
    public record After(float[] theta, ContentId root) {}

    public OuterSteps(Crypto crypto) {
        this.crypto = crypto;
    }

    /** @param before root of the θ that the set is applied to */
    public Step step(ContentId before, List<Engine.Applied> collectSet) {
        return new Step(
                before,
                collectSet.stream()
                        .map(a -> new Part(
                                a.hotkey(),
                                crypto.sha256().update(a.contribution()).finish(),
                                a.trustQ16()))
                        .toList());
    }

    public Optional<After> find(Step step) {
        return Optional.ofNullable(made.get(step));
    }

    public void put(Step step, float[] theta, ContentId root) {
        made.put(step, new After(theta.clone(), root));
    }
}
