package covey.node.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.Mechanism;
import covey.protocol.ledger.economy.Payment;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Works on ledgers as files. */
@Command(name = "ledger", description = "Runs epochs and re-executes ledgers.", mixinStandardHelpOptions = true)
public final class LedgerCommand implements Verb {
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
            description = "Re-executes a file of blocks from genesis and checks each certificate.",
            mixinStandardHelpOptions = true)
    Integer verify(@Mixin LedgerFiles files, @Mixin JsonOutput json) {
        Reexecution run = files.run();
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
            @Mixin LedgerFiles files,
            @Option(
                            names = "--mechanism",
                            paramLabel = "ID",
                            defaultValue = "0",
                            description = "Its number (${DEFAULT-VALUE}).")
                    int mechanism,
            @Mixin JsonOutput json) {
        Economy economy = files.run()
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
            @Mixin LedgerFiles files,
            @Option(names = "--key", paramLabel = "HEX", required = true, description = "A hotkey or an account.")
                    String key,
            @Mixin JsonOutput json) {
        files.run((height, payment) -> {
            boolean about = payment.account().toString().equals(key)
                    || payment.hotkey().toString().equals(key);
            if (about && json.wanted()) {
                json.print(spec, describe(height, payment));
            } else if (about) {
                spec.commandLine().getOut().println(sentence(height, payment));
            }
        });
        return Covey.DONE;
    }

    private static ObjectNode describe(long height, Payment payment) {
        return JsonOutput.object()
                .put("height", height)
                .put("kind", name(payment))
                .put("source", payment.source())
                .put("hotkey", payment.hotkey().toString())
                .put("account", payment.account().toString())
                .put("amount", payment.amount())
                .put("pot", payment.pot())
                .put("streamed", payment.streamed());
    }

    private static String name(Payment payment) {
        return payment.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String sentence(long height, Payment payment) {
        String source = payment.kind() == Payment.Kind.STREAM ? "stream" : "mechanism";
        return String.format(
                Locale.ROOT,
                "height %d: %s of %s %d, %d of %d units, for %s to %s, %d of it into its streams",
                height,
                name(payment),
                source,
                payment.source(),
                payment.amount(),
                payment.pot(),
                payment.hotkey().brief(),
                payment.account().brief(),
                payment.streamed());
    }

    /** Options that name a ledger. */
    static final class LedgerFiles {
        @Option(names = "--dir", paramLabel = "DIR", description = "A node's folder, with both files.")
        private @Nullable Path directory;

        @Option(names = "--genesis", paramLabel = "FILE", description = "The run's genesis.json.")
        private @Nullable Path genesis;

        @Option(names = "--blocks", paramLabel = "FILE", description = "Its certified blocks.")
        private @Nullable Path blocks;

        private static final Reexecution.PaymentListener NOBODY = (_, _) -> {};

        Reexecution run() {
            return of(NOBODY);
        }

        private Reexecution of(Reexecution.PaymentListener listener) {
            return Reexecution.of(
                    file(genesis, "--genesis", "genesis.json"),
                    file(blocks, "--blocks", "blocks"),
                    new Ed25519Crypto(),
                    listener);
        }

        private Path file(@Nullable Path named, String option, String inDirectory) {
            if (named != null) {
                return named;
            }
            if (directory == null) {
                throw new CommandFailed(option + ": none (expected: a file, or --dir with a node's folder)");
            }
            return directory.resolve(inDirectory);
        }

        /** Tells of each payment on the way. */
        void run(Reexecution.PaymentListener listener) {
            of(listener);
        }
    }
}
