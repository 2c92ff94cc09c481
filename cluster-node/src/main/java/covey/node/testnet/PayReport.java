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
    /** What of it was for work. */
    private final SortedMap<Long, SortedMap<Hotkey, Long>> incentives = new TreeMap<>();

    private final Optional<Economy> economy;

    private PayReport(NodeSpec node) {
        economy = Reexecution.of(
                        node.directory().resolve("genesis.json"),
                        node.directory().resolve("blocks"),
                        new Ed25519Crypto(),
                        (payment, _, _) -> add(payment))
                .state()
                .economy();
    }

    static PayReport of(NodeSpec node) {
        return new PayReport(node);
    }

    private void add(Payment payment) {
        if (payment.kind() != Payment.Kind.STREAM) {
            add(paid, payment);
        }
        if (payment.kind() == Payment.Kind.INCENTIVE) {
            add(incentives, payment);
        }
    }

    private static void add(SortedMap<Long, SortedMap<Hotkey, Long>> units, Payment payment) {
        units.computeIfAbsent(payment.source(), _ -> new TreeMap<>())
                .merge(payment.hotkey(), payment.amount(), Long::sum);
    }

    private static long of(SortedMap<Long, SortedMap<Hotkey, Long>> units, long mechanism, Hotkey hotkey) {
        return units.getOrDefault(mechanism, new TreeMap<>()).getOrDefault(hotkey, 0L);
    }

    void write(List<NodeSpec> nodes, ObjectNode summary) {
        ArrayNode rows = summary.putArray("paid");
        economy.ifPresent(e -> {
            e.mechanisms().forEach((id, mechanism) -> {
                for (NodeSpec node : nodes) {
                    rows.addObject()
                            .put("mechanism", mechanism.name())
                            .put("node", node.name())
                            .put("units", of(paid, id, node.hotkey()))
                            .put("incentive", of(incentives, id, node.hotkey()));
                }
            });
            summary.put("conserved", e.isConserved());
        });
    }
}
