package covey.node.wiring;

import covey.actors.node.NodeEvent;
import covey.node.metrics.NodeEvents;
import java.util.Map;
import java.util.function.Consumer;

/** Tells people's sinks what the node's actors say, in the words of the command line's contract. */
final class EventBridge implements Consumer<NodeEvent> {
    private final NodeEvents events;
    private final NodeData data;
    private final int tokensPerStep;
    private volatile long trainStartNs;

    EventBridge(NodeEvents events, NodeData data, int tokensPerStep) {
        this.events = events;
        this.data = data;
        this.tokensPerStep = tokensPerStep;
    }

    @Override
    public void accept(NodeEvent event) {
        switch (event) {
            case NodeEvent.Phase phase -> phase(phase);
            case NodeEvent.Fetching fetching ->
                events.publish(
                        "fetching",
                        0,
                        Map.of("verifiedBytes", fetching.verifiedBytes(), "missingBytes", fetching.missingBytes()));
            case NodeEvent.InnerStep step -> innerStep(step);
            case NodeEvent.Trained trained -> trained(trained);
            case NodeEvent.Committed committed ->
                events.publish(
                        covey.node.metrics.NodeEvent.COMMITTED,
                        committed.round(),
                        Map.of("contribution", committed.contribution(), "lengthBytes", committed.bytes()));
            case NodeEvent.Judged judged ->
                events.publish(
                        "judged",
                        judged.round(),
                        Map.of("hotkey", judged.owner().brief(), "code", judged.code()));
            case NodeEvent.Sealed done ->
                events.publish(
                        "sealed", done.round(), Map.of("collected", done.collected(), "rejected", done.rejected()));
            case NodeEvent.Applied applied -> applied(applied);
            case NodeEvent.RootAgreed agreed -> events.publish("root-agreed", agreed.round(), Map.of());
            case NodeEvent.Ready ready -> events.publish("ready", ready.round(), Map.of());
            case NodeEvent.Challenged asked ->
                events.publish(
                        covey.node.metrics.NodeEvent.CHALLENGED,
                        asked.round(),
                        Map.of(
                                "hotkey",
                                asked.peer().brief(),
                                "content",
                                asked.content(),
                                "answered",
                                asked.answered()));
            case NodeEvent.Halted halted ->
                events.publish(covey.node.metrics.NodeEvent.HALTED, 0, Map.of("reason", halted.reason()));
            case NodeEvent.Failure failure ->
                events.publish(
                        covey.node.metrics.NodeEvent.FAILURE, 0, Map.of("what", "node", "reason", failure.what()));
        }
    }

    private void phase(NodeEvent.Phase phase) {
        if (phase.phase().equals("TRAIN")) {
            trainStartNs = System.nanoTime();
        }
        events.publish(covey.node.metrics.NodeEvent.PHASE, phase.round(), Map.of("phase", phase.phase()));
    }

    private void innerStep(NodeEvent.InnerStep step) {
        events.publish(
                covey.node.metrics.NodeEvent.INNER_STEP,
                step.round(),
                Map.of(
                        "step",
                        step.step(),
                        "trainLoss",
                        step.loss(),
                        "tokens",
                        tokensPerStep,
                        "learningRate",
                        step.learningRate(),
                        "tokensPerSecond",
                        step.tokensPerSecond()));
    }

    private void trained(NodeEvent.Trained trained) {
        events.publish(
                covey.node.metrics.NodeEvent.TRAINED,
                trained.round(),
                Map.of(
                        "steps",
                        trained.steps(),
                        "trainLoss",
                        trained.meanLoss(),
                        "tokens",
                        (long) trained.steps() * tokensPerStep,
                        "durationMs",
                        (System.nanoTime() - trainStartNs) / 1_000_000));
    }

    private void applied(NodeEvent.Applied applied) {
        double bits = data.bitsPerByte(applied.heldOutLoss());
        events.publish(
                covey.node.metrics.NodeEvent.APPLIED,
                applied.round(),
                Map.of(
                        "collected",
                        applied.collected(),
                        "rejected",
                        applied.rejected(),
                        "stateRoot",
                        applied.stateRoot(),
                        "trainLoss",
                        applied.trainLoss(),
                        "heldOutLoss",
                        applied.heldOutLoss(),
                        "heldOutBitsPerByte",
                        bits,
                        "durationMs",
                        applied.durationMs(),
                        "bytesPerContribution",
                        applied.bytesPerContribution()));
    }
}
