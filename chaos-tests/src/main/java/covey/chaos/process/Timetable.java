package covey.chaos.process;

import java.util.PriorityQueue;

/** What is to be done at which time. Used by one thread. */
final class Timetable {
    private record Task(long ms, long order, Runnable action) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return ms != other.ms ? Long.compare(ms, other.ms) : Long.compare(order, other.order);
        }
    }

    private final RunClock clock;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long count;

    Timetable(RunClock clock) {
        this.clock = clock;
    }

    void after(long ms, Runnable action) {
        tasks.add(new Task(clock.ms() + ms, count++, action));
    }

    /** Does what is due. */
    void run() {
        for (Task next = tasks.peek(); next != null && next.ms() <= clock.ms(); next = tasks.peek()) {
            tasks.remove();
            next.action().run();
        }
    }

    /** From 0 to {@code maxMs}. */
    long untilNextMs(long maxMs) {
        Task next = tasks.peek();
        return next == null ? maxMs : Math.clamp(next.ms() - clock.ms(), 0, maxMs);
    }
}
