package covey.chaos.hostile;

import covey.protocol.port.Engine;
import java.util.Optional;

/** A validator's engine that finds all losses to be 0 and spends no time on them. */
final class IdleJudge extends BorrowedEngine {
    IdleJudge(Engine honest) {
        super(honest);
    }

    @Override
    public void mark() {}

    @Override
    public double[] trialLosses(long[] windows, Optional<Trial> trial) {
        return new double[windows.length];
    }
}
