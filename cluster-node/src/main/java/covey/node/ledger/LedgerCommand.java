package covey.node.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Mechanism;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Works on ledgers, of files or of a run that goes on. */
@Command(name = "ledger", description = "Runs epochs and re-executes ledgers.", mixinStandardHelpOptions = true)
public final class LedgerCommand implements Verb {
    private static final Reexecution.PaymentListener NOBODY = (_, _, _) -> {};

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    @Command(
            name = "epoch",
            description = "Runs the epoch rule on each step of a file and prints what it decided.",
            mixinStandardHelpOptions = true)
    Integer epoch(
            @Option(
                            names = {"--input", "--vectors"},
                            paramLabel = "FILE",
                            required = true,
                            description = "JSON with n, stake, params and steps.")
                    Path input,
            @Mixin JsonOutput json) {
        for (ObjectNode step : EpochFile.read(input).run()) {
            if (json.wanted()) {
                json.print(spec, step);
            } else {
                printStep(step);
            }
        }
        return Covey.DONE;
    }

    private void printStep(ObjectNode step) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("step " + step.path("step") + "  " + step.path("label").asText(""));
        step.fieldNames().forEachRemaining(name -> {
            if (step.get(name).isArray()) {
                out.printf(Locale.ROOT, "  %-22s %s%n", name, step.get(name));
            }
        });
    }

    @Command(
            name = "verify",
            description = "Re-executes a ledger from genesis and checks each certificate.",
            mixinStandardHelpOptions = true)
    Integer verify(@Mixin LedgerSource source, @Mixin JsonOutput json) {
        Reexecution run = source.run(NOBODY);
        Optional<Economy> economy = run.state().economy();
        ObjectNode out = JsonOutput.object()
                .put("runId", run.genesis().runId().toString())
                .put("height", run.state().height())
                .put("stateHash", run.stateHash().toString())
                .put("transactions", run.transactionCount())
                .put("rejections", run.rejectionCount())
                .put("lastSealedRound", run.state().lastSealed());
        economy.ifPresent(e -> out.put("issued", e.totals().issued())
                .put("burned", e.totals().burned())
                .put("conserved", e.isConserved()));
        print(out, json);
        return Covey.DONE;
    }

    private void print(ObjectNode out, JsonOutput json) {
        if (json.wanted()) {
            json.print(spec, out);
        } else {
            out.fieldNames()
                    .forEachRemaining(name -> spec.commandLine()
                            .getOut()
                            .printf(
                                    Locale.ROOT,
                                    "%-16s %s%n",
                                    name,
                                    out.get(name).asText()));
        }
    }

    @Command(
            name = "show",
            description = "Prints a mechanism's table of uids, from a re-executed ledger.",
            mixinStandardHelpOptions = true)
    Integer show(
            @Mixin LedgerSource source,
            @Option(
                            names = "--mechanism",
                            paramLabel = "ID",
                            defaultValue = "0",
                            description = "Its number (${DEFAULT-VALUE}).")
                    int mechanism,
            @Mixin JsonOutput json) {
        Economy economy = source.run(NOBODY)
                .state()
                .economy()
                .orElseThrow(() -> new CommandFailed("economics: none (expected: a run with an asset)"));
        Mechanism shown = Optional.ofNullable(economy.mechanisms().get(mechanism))
                .orElseThrow(() -> new CommandFailed("--mechanism: " + mechanism + " (expected: below "
                        + economy.mechanisms().size() + ")"));
        UidTable table = new UidTable(economy, shown);
        if (json.wanted()) {
            table.rows().forEach(row -> json.print(spec, row));
        } else {
            table.print(spec.commandLine().getOut());
        }
        return Covey.DONE;
    }

    @Command(
            name = "explain",
            description = "Derives each payment to a key, from a re-executed ledger.",
            mixinStandardHelpOptions = true)
    Integer explain(
            @Mixin LedgerSource source,
            @Option(names = "--key", paramLabel = "HEX", required = true, description = "A hotkey or an account.")
                    String key,
            @Mixin JsonOutput json) {
        source.run((payment, before, after) -> {
            if (payment.account().toString().equals(key)
                    || payment.hotkey().toString().equals(key)) {
                new Payout(payment, before, after).print(spec, json);
            }
        });
        return Covey.DONE;
    }
}
