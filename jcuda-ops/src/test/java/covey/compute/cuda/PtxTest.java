package covey.compute.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped PTX: what it was made of, and that each card's assembler takes it. Needs no GPU. */
class PtxTest {
    private static final Path SOURCES = Path.of("src/main/resources/covey/compute/cuda");
    /** PTX differs between releases. */
    private static final String RELEASE = "release 13.0";

    static List<String> modules() {
        return Ptx.MODULES;
    }

    static Stream<Arguments> assemblies() {
        return Ptx.MODULES.stream()
                .flatMap(module -> Stream.of("sm_80", "sm_90a").map(card -> Arguments.of(module, card)));
    }

    private static String text(String module) {
        byte[] terminated = Ptx.terminated(module);
        return new String(terminated, 0, terminated.length - 1, UTF_8);
    }

    @ParameterizedTest
    @MethodSource("assemblies")
    void shouldAssembleWithoutSpills(String module, String card) {
        try {
            NativeFolder.prepareCompiler();
        } catch (DeviceFailure e) {
            assumeTrue(false, e.getMessage());
        }
        nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
        byte[] source = text(module).getBytes(UTF_8);
        assertThat(JNvPTXCompiler.nvPTXCompilerCreate(handle, source.length, Ptx.terminated(module)))
                .isZero();
        int result = JNvPTXCompiler.nvPTXCompilerCompile(handle, 2, new String[] {"--gpu-name=" + card, "--verbose"});
        assertThat(result).as(log(handle, true)).isZero();
        String info = log(handle, false);
        JNvPTXCompiler.nvPTXCompilerDestroy(handle);
        assertThat(info.lines().filter(line -> line.contains("bytes stack frame")))
                .hasSizeGreaterThanOrEqualTo(Shim.kernels(module).size())
                .allMatch(line -> line.endsWith("  0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads"));
    }

    private static String log(nvPTXCompilerHandle handle, boolean errors) {
        long[] size = new long[1];
        if (errors) {
            JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(handle, size);
        } else {
            JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(handle, size);
        }
        byte[] log = new byte[(int) size[0] + 1];
        if (errors) {
            JNvPTXCompiler.nvPTXCompilerGetErrorLog(handle, log);
        } else {
            JNvPTXCompiler.nvPTXCompilerGetInfoLog(handle, log);
        }
        return new String(log, UTF_8);
    }

    /** With {@code -Dcovey.ptx=apply} the shipped files are replaced instead. */
    @ParameterizedTest
    @MethodSource("modules")
    void shouldBeWhatTheSourcesCompileTo(String module, @TempDir Path folder) throws Exception {
        String version = output(List.of("nvcc", "--version"));
        if (!version.contains(RELEASE)) {
            System.out.println("ptx: not compared, there is no nvcc of " + RELEASE + " here");
        }
        assumeTrue(version.contains(RELEASE));
        Path compiled = folder.resolve(module + ".ptx");
        Path source = SOURCES.resolve(module + ".cu");
        String errors = output(List.of(
                "nvcc", "-ptx", "-arch=compute_80", "-fmad=false", "-o", compiled.toString(), source.toString()));
        assertThat(compiled).as(errors).exists();
        String expected = forOldDrivers(Files.readString(compiled));
        if ("apply".equals(System.getProperty("covey.ptx"))) {
            Files.writeString(SOURCES.resolve(module + ".ptx"), expected);
            return;
        }
        assertThat(text(module)).as("rewrite it with -Dcovey.ptx=apply").isEqualTo(expected);
    }

    /** Without the compiler's remarks, and with the version that drivers from 525 on know. */
    private static String forOldDrivers(String ptx) {
        return ptx.lines()
                .filter(line -> !line.startsWith("//"))
                .map(line -> line.startsWith(".version ") ? ".version 8.0" : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String output(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
            return output;
        } catch (IOException e) {
            return "";
        }
    }

    /** A processor does not contract them either. */
    @Test
    void shouldFuseNothingWhereBytesMatter() {
        assertThat(text("compress")).doesNotContain("fma.").contains("div.rn.f64", "mul.rn.f64");
    }
}
