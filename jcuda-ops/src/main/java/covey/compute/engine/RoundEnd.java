package covey.compute.engine;

import covey.compute.ops.RoundOps;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;

/** All that an engine does at the end of a round beside hashing; what is rare need not be fast. */
interface RoundEnd<B> extends RoundOps<B> {
    /** e ← β·e + Δ (rule E3); e keeps its bits if a value of the result is not finite. */
    void fold(B e, B delta);

    /** e ← e + decode(planes of the contribution), which is checked (rule E3). */
    void giveBack(MemorySegment contribution, B e);

    /** θ ← θ − the step of a trial (rule J1). */
    void tryStep(Engine.Trial trial, B theta);
}
