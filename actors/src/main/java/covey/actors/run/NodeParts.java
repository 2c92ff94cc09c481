package covey.actors.run;

import covey.actors.judge.ScoreSink;
import covey.actors.keep.CheckpointSink;
import covey.actors.node.ControlPlane;
import covey.actors.node.NodeEvent;
import covey.actors.transfer.MissingShards;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.RunId;
import covey.protocol.port.BlockStore;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Chain;
import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.Journal;
import covey.protocol.port.Records;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * What a node is made of. Whoever made the parts closes them after the node has closed.
 *
 * @param roles bits of {@link covey.protocol.model.Role} that this hotkey acts in
 * @param chain nobody follows it yet
 * @param blocks appended to by this node, unless an authority of the same process does
 * @param plane the view of the cluster: who is reachable
 * @param pingAgeMs of authorities: milliseconds since a hotkey's last signed ping at the door (rule D4);
 *     {@code Long.MAX_VALUE} if there was none
 * @param evaluationWindows held-out windows that a validator measures θ on after APPLY; empty = it does not
 * @param checkpoints told of kept states and, at the end, of the last one
 * @param missing what this node has of the run's data only once it has fetched it
 * @param scores where a validator's scores go
 * @param events told what happens, on threads of the node; must not block
 */
public record NodeParts(
        Genesis genesis,
        RunId runId,
        Crypto crypto,
        Crypto.Signer signer,
        int roles,
        Engine engine,
        BulkTransfer transfer,
        ContentStore contents,
        Records records,
        Journal journal,
        Chain chain,
        BlockStore blocks,
        ControlPlane plane,
        ToLongFunction<Hotkey> pingAgeMs,
        List<Long> evaluationWindows,
        CheckpointSink checkpoints,
        MissingShards missing,
        FaultPoints faults,
        ScoreSink scores,
        Consumer<NodeEvent> events) {

    public NodeParts {
        evaluationWindows = List.copyOf(evaluationWindows);
    }

    public Hotkey self() {
        return signer.hotkey();
    }
}
