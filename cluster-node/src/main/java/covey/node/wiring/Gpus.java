package covey.node.wiring;

import covey.compute.cuda.Gpu;
import covey.compute.cuda.GpuSearch;

/** Says what GPU this machine has. */
public final class Gpus {
    private Gpus() {}

    /** One line: the GPU that would be used, or why there is none. */
    public static String line() {
        return switch (GpuSearch.find(0)) {
            case Gpu.Usable usable -> usable.line();
            case Gpu.Unusable unusable -> unusable.line() + "; the processor is used";
        };
    }
}
