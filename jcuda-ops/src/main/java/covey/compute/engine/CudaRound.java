package covey.compute.engine;

import covey.compute.cuda.CudaCompressor;
import covey.compute.cuda.CudaOuterStep;
import covey.compute.cuda.Device;
import covey.compute.cuda.DeviceFloats;
import covey.compute.cuda.DeviceMoves;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Genesis;
import covey.protocol.outer.TrialStep;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** The end of a round on a device, with the bytes of the core's own. */
final class CudaRound implements RoundEnd<DeviceFloats> {
    private final Device device;
    private final Layout layout;
    private final CudaCompressor compressor;
    private final CudaOuterStep outerStep;

    CudaRound(Device device, Genesis genesis) {
        Genesis.Training training = genesis.training();
        this.device = device;
        layout = Layout.of(genesis.model());
        compressor = new CudaCompressor(device, layout, training.bits(), training.errorFeedbackDecay());
        outerStep = new CudaOuterStep(device, layout, training.alphaQ16(), training.aggregation());
    }

    @Override
    public Optional<byte[]> compress(DeviceFloats e, DeviceFloats delta) {
        if (!compressor.accumulate(e, delta)) {
            return Optional.empty();
        }
        byte[] planes = compressor.encode(e);
        device.copy(e.address(), delta.address(), Float.BYTES * e.length());
        return Optional.of(planes);
    }

    @Override
    public void apply(DeviceFloats theta, List<Engine.Applied> collectSet) {
        outerStep.apply(theta, collectSet);
    }

    @Override
    public void fold(DeviceFloats e, DeviceFloats delta) {
        compressor.accumulate(e, delta);
    }

    @Override
    public void giveBack(MemorySegment contribution, DeviceFloats e) {
        try (DeviceMoves moves = new DeviceMoves(device, e)) {
            ContributionReader.planesOf(contribution, layout).visit(chunk -> {
                for (int i = 0; i < chunk.count(); i++) {
                    moves.move(layout.offset(chunk.chunk(), chunk.index(i)), -chunk.value(i));
                }
            });
        }
    }

    @Override
    public void tryStep(Engine.Trial trial, DeviceFloats theta) {
        try (DeviceMoves moves = new DeviceMoves(device, theta)) {
            TrialStep.visit(layout, trial, moves);
        }
    }
}
