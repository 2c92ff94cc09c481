package covey.node.testnet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.ledger.Reexecution;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Payment;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who was paid what by which mechanism, from a node's own blocks, re-executed. */
final class PayReport {
    /** Units by mechanism, then hotkey. */
    private final SortedMap<Long, SortedMap<Hotkey, Long>> paid = new TreeMap<>();

    private final Optional<Economy> economy;

    private PayReport(NodeSpec node) {
        economy = Reexecution.of(
                        node.directory().resolve("genesis.json"),
                        node.directory().resolve("blocks"),
                        new Ed25519Crypto(),
                        (payment, _) -> add(payment))
                .state()
                .economy();
    }

    static PayReport of(NodeSpec node) {
        return new PayReport(node);
    }

    private void add(Payment payment) {
        if (payment.kind() != Payment.Kind.STREAM) {
            paid.computeIfAbsent(payment.source(), _ -> new TreeMap<>())
                    .merge(payment.hotkey(), payment.amount(), Long::sum);
        }
    }

    void write(List<NodeSpec> nodes, ObjectNode summary) {
        ArrayNode rows = summary.putArray("paid");
        economy.ifPresent(e -> {
            e.mechanisms().forEach((id, mechanism) -> {
                SortedMap<Hotkey, Long> units = paid.getOrDefault((long) id, new TreeMap<>());
                for (NodeSpec node : nodes) {
                    rows.addObject()
                            .put("mechanism", mechanism.name())
                            .put("node", node.name())
                            .put("units", units.getOrDefault(node.hotkey(), 0L));
                }
            });
            summary.put("conserved", e.isConserved());
        });
    }
}
