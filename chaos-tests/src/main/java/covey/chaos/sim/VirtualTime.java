package covey.chaos.sim;

import java.util.PriorityQueue;

/** One queue of events, in order of time and then of arrival. Used by one thread. */
public final class VirtualTime {
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

    public long nowMs() {
        return nowMs;
    }

    public void at(long ms, Runnable action) {
        queue.add(new Event(Math.max(ms, nowMs), order++, action));
    }

    public void after(long delayMs, Runnable action) {
        at(nowMs + delayMs, action);
    }

    /** Runs the next event. Throws if there is none: something always ticks. */
    public void step() {
        Event event = queue.remove();
        nowMs = event.atMs();
        event.action().run();
    }

    long events() {
        return order;
    }
}
