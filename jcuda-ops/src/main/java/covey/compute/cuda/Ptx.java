package covey.compute.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/** The shipped kernels. Each module is a {@code .cu} file with the {@code .ptx} that was made of it beside it. */
final class Ptx {
    /** All modules. */
    static final List<String> MODULES =
            List.of("elements", "norm", "loss", "product", "product_bf16", "attention", "compress");

    private Ptx() {}

    /** A module's text, ended by a zero byte as the driver wants it. */
    static byte[] terminated(String module) {
        try (InputStream in = Ptx.class.getResourceAsStream(module + ".ptx")) {
            if (in == null) {
                throw new IllegalArgumentException("module: " + module + " (expected: one of " + MODULES + ")");
            }
            byte[] text = in.readAllBytes();
            return Arrays.copyOf(text, text.length + 1);
        } catch (IOException e) {
            throw new DeviceFailure("kernels: " + module + ".ptx cannot be read", e);
        }
    }
}
