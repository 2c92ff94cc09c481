package covey.compute.ops;

import covey.protocol.port.Engine;
import java.util.List;
import java.util.Optional;

/**
 * What ends a round, for one layout: compression of a pseudo-gradient, and the outer step. All buffers are in θ's
 * canonical order. Used by one thread at a time.
 *
 * @param <B> the backend's buffer
 */
public interface RoundOps<B> {
    /**
     * Error feedback and compression (rules H2-H4).
     *
     * @param e error feedback; if planes are returned, its values are no longer of use
     * @param delta Δ; receives the new error feedback, β·e + Δ less what the planes hold
     * @return the planes, or empty if a value of β·e + Δ is not finite; then e has its bits and delta is of no use
     */
    Optional<byte[]> compress(B e, B delta);

    /** The exact outer step over checked contributions in any order (rules H6, H7). */
    void apply(B theta, List<Engine.Applied> collectSet);
}
