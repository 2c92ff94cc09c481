package covey.compute.cpu;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Brings the incubating vector module into a JVM that was started without {@code --add-modules}, because with that flag
 * the start-up cache may not keep linked classes. Needs
 * {@code --add-exports=java.base/jdk.internal.module=ALL-UNNAMED}.
 */
final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";

    private VectorModule() {}

    /** Loads the module; the answer says why vectors are of no use in this JVM, if so. */
    static Optional<String> missing() {
        if (!compiles()) {
            return Optional.of("this JVM runs without the C2 compiler");
        }
        if (ModuleLayer.boot().findModule(NAME).isPresent()) {
            return Optional.empty();
        }
        try {
            // Unlike a layer of our own this leaves the module to the boot loader, whose classes the compiler trusts.
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, NAME);
            return Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Optional.of("no module " + NAME + " (" + e + "); the flags of deploy/jvm.flags are missing");
        }
    }

    /** Interpreted, or compiled by C1 alone, vectors are objects: hundreds of times slower than plain loops. */
    private static boolean compiles() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (compiler == null || vm == null) {
            return false;
        }
        VMOption tier = vm.getVMOption("TieredStopAtLevel");
        return compiler.getName().contains("Tiered") && tier.getValue().equals("4");
    }
}
