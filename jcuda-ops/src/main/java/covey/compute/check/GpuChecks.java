package covey.compute.check;

import covey.compute.cuda.CudaOps.Products;
import covey.compute.cuda.Device;
import covey.protocol.contribution.Layout;
import covey.protocol.model.AggregationPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** All checks and measurements of a device, from the quick ones on. Used by the device's thread. */
public final class GpuChecks {
    private static final int ROOT_ROUNDS = 3;
    /** Milliseconds of an inner step after which larger batches are not tried. */
    private static final double STEP_MAX_MS = 5_000;

    private final Device device;
    private final CheckSizes sizes;
    private final TwinRun run;
    private final Map<String, Supplier<Finding>> checks = new LinkedHashMap<>();

    public GpuChecks(Device device, CheckSizes sizes, TwinRun run) {
        this.device = device;
        this.sizes = sizes;
        this.run = run;
        KernelChecks.all().forEach((name, kernel) -> kernel("kernel " + name, kernel, Products.FP32));
        KernelChecks.products().forEach((name, kernel) -> kernel("kernel bf16 " + name, kernel, Products.BF16));
        checks.put("kernel product-bf16", () -> HalfChecks.products(device));
        rounds();
        speeds();
    }

    private void kernel(String name, KernelChecks.Kernel kernel, Products products) {
        checks.put(name, () -> KernelChecks.check(name, kernel, device, products));
    }

    private void rounds() {
        Layout layout = Layout.of(sizes.rounds());
        for (int bits = 1; bits <= 2; bits++) {
            int count = bits;
            checks.put("compressor, " + bits + " bits", () -> RoundChecks.compressor(device, layout, count));
        }
        for (AggregationPolicy policy : AggregationPolicy.values()) {
            checks.put("outer step, " + policy, () -> RoundChecks.outerStep(device, layout, run.sealer(), policy));
        }
        checks.put("state roots", () -> RoundChecks.roots(device, run, ROOT_ROUNDS));
        for (Products products : Products.values()) {
            checks.put("training " + products, () -> SpeedChecks.training(device, sizes, products, run.threads()));
        }
    }

    private void speeds() {
        checks.put("copy", () -> SpeedChecks.copy(device, sizes.copyBytes()));
        checks.put("compressor speed", () -> SpeedChecks.compressor(device, sizes));
        checks.put("outer step speed", () -> SpeedChecks.outerStep(device, sizes, run.sealer()));
        for (int[] s : sizes.products()) {
            checks.put(
                    "product-bf16 " + s[0] + " x " + s[1] + " x " + s[2],
                    () -> HalfChecks.speed(device, s[0], s[1], s[2]));
        }
    }

    /**
     * Makes the checks whose names are wanted.
     *
     * @return whether nothing is wrong
     */
    public boolean run(Predicate<String> wanted, Consumer<Finding> out) {
        boolean ok = true;
        for (Map.Entry<String, Supplier<Finding>> check : checks.entrySet()) {
            if (wanted.test(check.getKey())) {
                ok &= report(check.getKey(), check.getValue(), out).ok();
            }
        }
        for (CheckSizes.Speed speed : sizes.speeds()) {
            if (wanted.test(speed.title())) {
                ok &= tokens(speed, out);
            }
        }
        return ok;
    }

    /** Larger and larger batches; that one does not fit is no mistake, unless it is the first. */
    private boolean tokens(CheckSizes.Speed speed, Consumer<Finding> out) {
        boolean any = false;
        for (int batch : speed.batches()) {
            String name = speed.title() + ", batch " + batch;
            Finding found = report(name, () -> SpeedChecks.tokens(device, name, speed, batch), out);
            if (!found.ok() || found.figures().getOrDefault("stepMs", 0.0) > STEP_MAX_MS) {
                return any || found.ok();
            }
            any = true;
        }
        return any;
    }

    /** A check that fails must not end the others, whatever its failure is. */
    private static Finding report(String name, Supplier<Finding> check, Consumer<Finding> out) {
        Finding found;
        try {
            found = check.get();
        } catch (RuntimeException | OutOfMemoryError e) {
            String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            found = Finding.of(name, false, e.getClass().getSimpleName() + ": " + line);
        }
        out.accept(found);
        return found;
    }
}
