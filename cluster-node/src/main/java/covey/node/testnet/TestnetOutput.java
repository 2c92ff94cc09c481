package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where a testnet tells what happens: JSON lines for programs, text for people. Used by one thread. */
interface TestnetOutput {
    /** A node runs and told its addresses. */
    void nodeStarted(ObjectNode event);

    void roundSealed(RoundBoard.SealedRound round);

    void fault(ObjectNode event);

    /** Anything that a node said; for live views. */
    void progress(NodeSpec node, JsonNode event);

    /** A node ended when nobody wanted it to, or the like. */
    void warning(String line);

    void summary(ObjectNode summary);
}
