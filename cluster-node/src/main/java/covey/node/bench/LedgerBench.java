package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.ledger.LedgerRate;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Signed transactions decoded, verified and applied by one thread; the first {@link #WARM_COUNT} are not timed. */
@Command(
        name = "ledger",
        description = "Transactions a second that one thread verifies and applies.",
        mixinStandardHelpOptions = true)
final class LedgerBench implements Callable<Integer> {
    private static final int WARM_COUNT = 20_000;
    private static final int COUNT_MAX = 10_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--transactions", defaultValue = "100000", description = "How many are timed (default 100000).")
    private int transactionCount = 100_000;

    @Override
    public Integer call() {
        if (transactionCount < 1 || transactionCount > COUNT_MAX) {
            throw new ParameterException(
                    spec.commandLine(), "--transactions: " + transactionCount + " (expected: 1 to " + COUNT_MAX + ")");
        }
        LedgerRate.measure(WARM_COUNT);
        print(LedgerRate.measure(transactionCount));
        return Covey.DONE;
    }

    private void print(LedgerRate rate) {
        if (json.wanted()) {
            ObjectNode result = JsonOutput.object();
            result.put("bench", "ledger");
            result.put("transactions", rate.transactionCount());
            result.put("blocks", rate.blockCount());
            result.put("elapsedMs", rate.elapsedNs() / 1_000_000);
            result.put("transactionsPerSecond", Math.round(rate.transactionsPerSecond()));
            result.set("machine", Machine.describe());
            json.print(spec, result);
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d transactions in %d blocks, verified and applied in %.2f s: %.0f a second on one thread%n",
                rate.transactionCount(),
                rate.blockCount(),
                rate.elapsedNs() / 1e9,
                rate.transactionsPerSecond());
        out.flush();
    }
}
