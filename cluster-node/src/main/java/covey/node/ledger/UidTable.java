package covey.node.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Economy.Seat;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.Mechanism.Row;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The uids of a mechanism, in the columns and the order that users of Bittensor know. Rank is the incentive, which is
 * the normalized rank; trust of trainers no longer exists there and is 0.
 */
record UidTable(Economy economy, Mechanism mechanism) {
    private static final String LINE = "%4s %16s %8s %8s %9s %9s %9s %14s %8s %6s %8s %6s  %s%n";

    List<ObjectNode> rows() {
        List<ObjectNode> rows = new ArrayList<>();
        economy.seats().forEach((uid, seat) -> rows.add(row(uid, seat)));
        return rows;
    }

    private ObjectNode row(int uid, Seat seat) {
        Row row = mechanism.rows().getOrDefault(uid, NONE);
        return JsonOutput.object()
                .put("uid", uid)
                .put("stake", economy.stakeOf(seat.hotkey()))
                .put("rank", share(row.score().incentive()))
                .put("trust", 0.0)
                .put("consensus", share(row.score().consensus()))
                .put("incentive", share(row.score().incentive()))
                .put("dividends", share(row.score().dividends()))
                .put("emission", row.score().pay())
                .put("validatorTrust", share(row.score().trust()))
                .put("permit", row.permit())
                .put("updated", row.lastUpdate())
                .put("active", row.score().active())
                .put("hotkey", seat.hotkey().toString());
    }

    private static final Row NONE =
            new Row(List.of(), List.of(), 0, List.of(), false, OptionalInt.empty(), false, Mechanism.Score.NONE);

    private static double share(int u16) {
        return Math.round(u16 / 65535.0 * 100_000) / 100_000.0;
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                LINE,
                "UID",
                "STAKE",
                "RANK",
                "TRUST",
                "CONSENSUS",
                "INCENTIVE",
                "DIVIDENDS",
                "EMISSION",
                "VTRUST",
                "PERMIT",
                "UPDATED",
                "ACTIVE",
                "HOTKEY");
        for (ObjectNode row : rows()) {
            List<Object> cells = new ArrayList<>();
            row.forEach(value -> cells.add(
                    value.isDouble()
                            ? String.format(Locale.ROOT, "%.5f", value.doubleValue())
                            : value.isBoolean() ? value.booleanValue() ? "*" : "-" : brief(value.asText())));
            out.printf(Locale.ROOT, LINE, cells.toArray());
        }
    }

    private static String brief(String text) {
        return text.length() == 64 ? text.substring(0, 8) : text;
    }
}
