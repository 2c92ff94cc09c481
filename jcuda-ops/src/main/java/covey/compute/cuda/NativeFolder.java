package covey.compute.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jcuda.driver.JCudaDriver;
import jcuda.nvptxcompiler.JNvPTXCompiler;

/**
 * Lets JCuda unpack its libraries into a folder of this process that nobody else may write to. By itself it takes fixed
 * names in the common temporary folder, where another user could have put a library of his own, and where two nodes
 * that start together read half-written ones.
 */
final class NativeFolder {
    private static final String TEMPORARY = "java.io.tmpdir";

    private static boolean prepared;

    private NativeFolder() {}

    /**
     * Loads JCuda's driver library.
     *
     * @throws DeviceFailure if it cannot be: there is none for this platform, or no driver
     */
    static synchronized void prepare() {
        if (!prepared) {
            load(() -> JCudaDriver.setExceptionsEnabled(false), "JCuda");
            prepared = true;
        }
    }

    /** Loads JCuda's PTX compiler, which needs neither driver nor GPU. */
    static synchronized void prepareCompiler() {
        load(() -> JNvPTXCompiler.setExceptionsEnabled(false), "JCuda's PTX compiler");
    }

    /** JCuda reads the property while it loads, and only then. */
    private static void load(Runnable firstUse, String what) {
        String before = System.getProperty(TEMPORARY);
        try {
            Path folder = Files.createTempDirectory("covey-cuda");
            try {
                System.setProperty(TEMPORARY, folder.toString());
                firstUse.run();
            } finally {
                System.setProperty(TEMPORARY, before);
                delete(folder);
            }
        } catch (IOException | UnsatisfiedLinkError | NoClassDefFoundError e) {
            String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            throw new DeviceFailure(what + " does not load on " + platform + ": " + cause(e), e);
        }
    }

    private static String cause(Throwable e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> line.contains("UnsatisfiedLinkError") || line.contains("No resource"))
                .findFirst()
                .orElse(e.getClass().getSimpleName())
                .strip();
    }

    /** A loaded library stays mapped without its file, except on Windows, where it stays until the next start. */
    private static void delete(Path folder) {
        File[] files = folder.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            delete(file);
        }
        delete(folder.toFile());
    }

    private static void delete(File file) {
        if (!file.delete()) {
            file.deleteOnExit();
        }
    }
}
