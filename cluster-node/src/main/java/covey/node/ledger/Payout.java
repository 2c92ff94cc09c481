package covey.node.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.Payment;
import covey.protocol.model.Hotkey;
import covey.protocol.yuma.EpochInput.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A payment and what it followed from: for one of a mechanism, what the epoch said of the uid, and who had given it
 * weight.
 *
 * @param before the ledger before the block that paid
 * @param after the ledger after it
 */
record Payout(Payment payment, LedgerState before, LedgerState after) {
    /**
     * @param stake before the block
     * @param value of the row's sum, both as on the ledger
     * @param permit before the block; without one a row counts in the linear rule only
     */
    private record Verdict(String validator, long stake, int value, long sum, boolean permit) {}

    private record Basis(Mechanism mechanism, Mechanism.Score score, List<Verdict> verdicts) {}

    private ObjectNode json() {
        ObjectNode out = JsonOutput.object()
                .put("height", after.height())
                .put("kind", kind())
                .put("source", payment.source())
                .put("hotkey", payment.hotkey().toString())
                .put("account", payment.account().toString())
                .put("amount", payment.amount())
                .put("pot", payment.pot())
                .put("streamed", payment.streamed());
        basis().ifPresent(basis -> {
            out.put("mechanism", basis.mechanism().name())
                    .put("consensusU16", basis.score().consensus())
                    .put("incentiveU16", basis.score().incentive())
                    .put("dividendsU16", basis.score().dividends());
            ArrayNode weights = out.putArray("weights");
            basis.verdicts()
                    .forEach(verdict -> weights.addObject()
                            .put("validator", verdict.validator())
                            .put("stake", verdict.stake())
                            .put("value", verdict.value())
                            .put("sum", verdict.sum())
                            .put("permit", verdict.permit()));
        });
        return out;
    }

    void print(CommandSpec spec, JsonOutput json) {
        if (json.wanted()) {
            json.print(spec, json());
        } else {
            lines().forEach(spec.commandLine().getOut()::println);
        }
    }

    /** A line, and for one of a mechanism a second one with the inputs. */
    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        Optional<Basis> basis = basis();
        String source = basis.map(b -> "mechanism " + b.mechanism().name()).orElse("stream " + payment.source());
        lines.add(String.format(
                Locale.ROOT,
                "height %d: %s of %s, %d of %d units, for %s to %s, %d of it into its streams",
                after.height(),
                kind(),
                source,
                payment.amount(),
                payment.pot(),
                payment.hotkey().brief(),
                payment.account().brief(),
                payment.streamed()));
        basis.ifPresent(b -> lines.add(inputs(b)));
        return lines;
    }

    private static String inputs(Basis basis) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "  consensus %d/65535, incentive %d/65535, dividends %d/65535; weights:",
                basis.score().consensus(),
                basis.score().incentive(),
                basis.score().dividends()));
        basis.verdicts()
                .forEach(v -> line.append(String.format(
                        Locale.ROOT,
                        " %.8s (stake %d%s) %d of %d;",
                        v.validator(),
                        v.stake(),
                        v.permit() ? "" : ", no permit",
                        v.value(),
                        v.sum())));
        return basis.verdicts().isEmpty()
                ? line.append(" none for it; where nobody has any, validators are paid by stake")
                        .toString()
                : line.substring(0, line.length() - 1);
    }

    private String kind() {
        return payment.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Optional<Basis> basis() {
        return payment.kind() == Payment.Kind.STREAM
                ? Optional.empty()
                : after.economy()
                        .flatMap(economy -> Optional.ofNullable(
                                        economy.mechanisms().get((int) payment.source()))
                                .map(mechanism -> basis(economy, mechanism)));
    }

    private Basis basis(Economy economy, Mechanism mechanism) {
        int uid = economy.uidOf(payment.hotkey()).orElse(-1);
        Mechanism.Row row = mechanism.rows().get(uid);
        List<Verdict> verdicts = new ArrayList<>();
        economy.seats()
                .forEach((from, seat) -> Optional.ofNullable(mechanism.rows().get(from))
                        .ifPresent(judged -> judged.weights().stream()
                                .filter(cell -> cell.uid() == uid)
                                .forEach(cell ->
                                        verdicts.add(verdict(mechanism.id(), from, seat.hotkey(), judged, cell)))));
        return new Basis(mechanism, row == null ? Mechanism.Score.NONE : row.score(), verdicts);
    }

    private Verdict verdict(int mechanism, int from, Hotkey validator, Mechanism.Row row, Cell cell) {
        long sum = row.weights().stream().mapToLong(Cell::value).sum();
        Optional<Economy> then = before.economy();
        boolean permit = then.map(e -> e.mechanisms().get(mechanism))
                .map(m -> m.rows().get(from))
                .filter(Mechanism.Row::permit)
                .isPresent();
        long stake = then.map(e -> e.stakeOf(validator)).orElse(0L);
        return new Verdict(validator.toString(), stake, cell.value(), sum, permit);
    }
}
