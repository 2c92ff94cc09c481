package covey.compute.check;

import java.util.Arrays;

/** Times work of a device. */
final class Stopwatch {
    private static final int WARM = 2;
    private static final int TURNS = 7;

    private Stopwatch() {}

    /** The median of some turns, each waited for. */
    static double seconds(DeviceLease device, Runnable work) {
        double[] times = new double[TURNS];
        for (int turn = -WARM; turn < TURNS; turn++) {
            device.await();
            long start = System.nanoTime();
            work.run();
            device.await();
            times[Math.max(0, turn)] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(times);
        return times[TURNS / 2];
    }
}
