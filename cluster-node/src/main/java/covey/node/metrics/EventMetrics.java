package covey.node.metrics;

import covey.node.metrics.Metrics.Label;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/** Turns events into metrics: base units, ratios instead of percents, {@code _total} for counters. */
public final class EventMetrics implements EventSink {
    private static final double MS_PER_SECOND = 1e3;

    private final Metrics metrics;
    private String phase = "";

    public EventMetrics(Metrics metrics) {
        this.metrics = metrics;
        var memory = ManagementFactory.getMemoryMXBean();
        metrics.gauge(
                "covey_jvm_heap_used_bytes",
                "Heap in use.",
                () -> memory.getHeapMemoryUsage().getUsed());
        metrics.gauge(
                "covey_jvm_heap_max_bytes",
                "Heap at most.",
                () -> memory.getHeapMemoryUsage().getMax());
        metrics.gauge(
                "covey_jvm_threads_count",
                "Live threads.",
                () -> ManagementFactory.getThreadMXBean().getThreadCount());
        metrics.counter("covey_rounds_completed_total", "Outer steps made.");
        contributions("accepted");
        contributions("rejected");
    }

    @Override
    public void write(NodeEvent event) {
        switch (event.kind()) {
            case NodeEvent.PHASE -> phase(event);
            case NodeEvent.INNER_STEP ->
                gauge(event, "trainLoss", "covey_train_loss", "Nats a token, this node's data.");
            case NodeEvent.TRAINED -> trained(event);
            case NodeEvent.COMMITTED ->
                gauge(event, "lengthBytes", "covey_contribution_size_bytes", "This node's last contribution.");
            case NodeEvent.APPLIED -> applied(event);
            case NodeEvent.CHALLENGED ->
                metrics.counter(
                                Boolean.TRUE.equals(event.fields().get("answered"))
                                        ? "covey_challenges_answered_total"
                                        : "covey_challenges_missed_total",
                                "Challenges of what peers must serve.")
                        .increment();
            case NodeEvent.FAILURE ->
                metrics.counter("covey_failures_total", "Failures of the environment.")
                        .increment();
            default -> {}
        }
    }

    private void phase(NodeEvent event) {
        String next = String.valueOf(event.fields().get("phase"));
        metrics.set("covey_round_current", "Round in progress.", event.round());
        if (!phase.isEmpty()) {
            phase(phase, 0);
        }
        phase = next;
        phase(phase, 1);
    }

    private void phase(String name, int value) {
        metrics.set("covey_round_phase", "1 for the phase that this node is in.", value, new Label("phase", name));
    }

    private void trained(NodeEvent event) {
        gauge(event, "trainLoss", "covey_train_loss", "Nats a token, this node's data.");
        double tokens = event.number("tokens").orElse(0);
        metrics.counter("covey_tokens_trained_total", "Tokens of this node's inner steps.")
                .add((long) tokens);
        double seconds = event.number("durationMs").orElse(0) / MS_PER_SECOND;
        if (seconds > 0) {
            metrics.set("covey_tokens_per_second", "Of this node in its last TRAIN.", tokens / seconds);
        }
    }

    private void applied(NodeEvent event) {
        metrics.counter("covey_rounds_completed_total", "Outer steps made.").increment();
        contributions("accepted").add((long) event.number("collected").orElse(0));
        contributions("rejected").add((long) event.number("rejected").orElse(0));
        event.number("heldOutLoss")
                .ifPresent(loss -> metrics.set(
                        "covey_eval_loss", "Nats a token after the outer step.", loss, new Label("set", "heldout")));
        gauge(event, "heldOutBitsPerByte", "covey_eval_bits_per_byte", "Held-out loss in bits a byte of text.");
        gauge(event, "bytesPerContribution", "covey_round_contribution_mean_bytes", "Mean over the collect set.");
        event.number("durationMs")
                .ifPresent(ms -> metrics.set(
                        "covey_round_duration_seconds", "Ledger time of the last round.", ms / MS_PER_SECOND));
    }

    private LongAdder contributions(String result) {
        return metrics.counter(
                "covey_contributions_total", "Contributions of sealed rounds.", new Label("result", result));
    }

    private void gauge(NodeEvent event, String field, String name, String help) {
        event.number(field).ifPresent(value -> metrics.set(name, help, value));
    }
}
