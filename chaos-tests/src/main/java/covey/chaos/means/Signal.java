package covey.chaos.means;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Runs small commands of the system. */
public final class Signal {
    private static final long WAIT_S = 10;

    private Signal() {}

    /** Stops a process where it stands; nothing of it gets to know. */
    public static void freeze(long pid) {
        run("kill", "-STOP", Long.toString(pid));
    }

    public static void thaw(long pid) {
        run("kill", "-CONT", Long.toString(pid));
    }

    /** Whether it ended with code 0 within 10 s. */
    public static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(WAIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
