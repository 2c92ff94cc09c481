package covey.compute.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kernels compiled for the processor, once a JVM, by whatever {@code g++} there is. One kernel runs at a time. */
final class Shim {
    private static final Pattern KERNEL = Pattern.compile("extern \"C\" __global__ void (\\w+)\\(");
    private static final @Nullable Shim INSTANCE = make();

    private final SymbolLookup library;

    private Shim(SymbolLookup library) {
        this.library = library;
    }

    /** Empty where there is no compiler. */
    static Optional<Shim> instance() {
        return Optional.ofNullable(INSTANCE);
    }

    /** Writes a driver to a folder under the name that a real one has; empty where there is no compiler. */
    static Optional<Path> driver(Path folder) throws IOException, InterruptedException {
        return Optional.ofNullable(compile(folder, "#include \"driver.h\"\n", "libcuda.so.1"));
    }

    /** Names of a module's kernels. */
    static List<String> kernels(String module) {
        List<String> names = new ArrayList<>();
        Matcher found = KERNEL.matcher(source(module + ".cu"));
        while (found.find()) {
            names.add(found.group(1));
        }
        return names;
    }

    private static String source(String file) {
        try (var in = Shim.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Shim make() {
        try {
            Path folder = Files.createTempDirectory("covey-shim");
            Path compiled = compile(folder, "", "kernels.so");
            Shim made = compiled == null ? null : new Shim(load(compiled));
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
            return made;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup load(Path compiled) {
        return SymbolLookup.libraryLookup(compiled, Arena.global());
    }

    private static @Nullable Path compile(Path folder, String more, String name)
            throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder("#include \"shim.h\"\n");
        for (String file : List.of("shim.h", "driver.h", "common.cuh")) {
            Files.writeString(folder.resolve(file), source(file));
        }
        for (String module : Ptx.MODULES) {
            Files.writeString(folder.resolve(module + ".cu"), source(module + ".cu"));
            all.append("#include \"").append(module).append(".cu\"\n");
            kernels(module).forEach(kernel -> all.append("SHIM_EXPORT(" + kernel + ")\n"));
        }
        Files.writeString(folder.resolve("all.cpp"), all.append(more));
        Path compiled = folder.resolve(name);
        List<String> command = List.of(
                "g++",
                "-std=c++17",
                "-O2",
                "-march=native",
                "-ffp-contract=off",
                "-fno-strict-aliasing",
                "-U_FORTIFY_SOURCE",
                "-shared",
                "-fPIC",
                "all.cpp",
                "-o",
                compiled.toString(),
                "-ldl");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            System.out.println("shim: skipped, there is no g++ here");
            return null;
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(output);
        }
        return compiled;
    }

    /** Runs all threads of all blocks. */
    @SuppressWarnings("restricted")
    synchronized void run(KernelCall call) {
        MemorySegment entry = library.find("shim_" + call.name()).orElseThrow();
        MethodHandle kernel = Linker.nativeLinker()
                .downcallHandle(
                        entry,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS));
        int given = call.arguments().length;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_LONG, call.arguments());
            MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, given);
            for (int i = 0; i < given; i++) {
                pointers.setAtIndex(ValueLayout.ADDRESS, i, values.asSlice(8L * i));
            }
            int wanted = (int) kernel.invokeExact(given, call.gridX(), call.gridY(), call.threads(), pointers);
            if (wanted != given) {
                throw new IllegalArgumentException(
                        "kernel " + call.name() + ": " + given + " arguments (expected: " + wanted + ")");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
