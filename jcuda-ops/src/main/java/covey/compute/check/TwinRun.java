package covey.compute.check;

import covey.compute.cuda.Device;
import covey.protocol.model.Genesis;
import covey.protocol.port.Engine;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What engines on two kinds of devices run.
 *
 * @param cpu makes an engine on the processor
 * @param cuda makes one on a device, with all products in single precision; closes the device with itself
 * @param sealer see {@link Sealer}
 * @param threads of the processor, at least 1
 */
public record TwinRun(
        Genesis genesis, Supplier<Engine> cpu, Function<Device, Engine> cuda, Sealer sealer, int threads) {}
