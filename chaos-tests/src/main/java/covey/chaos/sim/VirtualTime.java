package covey.chaos.sim;

import java.util.PriorityQueue;

/** One queue of events, in order of time and then of arrival. */
final class VirtualTime {
    private record Event(long atMs, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atMs, other.atMs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private long nowMs;
    private long order;

    long nowMs() {
        return nowMs;
    }

    void at(long ms, Runnable action) {
        queue.add(new Event(Math.max(ms, nowMs), order++, action));
    }

    void after(long delayMs, Runnable action) {
        at(nowMs + delayMs, action);
    }

    /** Runs the next event. Throws if there is none: something always ticks. */
    void step() {
        Event event = queue.remove();
        nowMs = event.atMs();
        event.action().run();
    }

    long events() {
        return order;
    }
}
