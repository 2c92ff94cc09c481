package covey.node.cli;

import covey.node.config.ConfigError;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code covey}. Exit codes: 0 done, 1 failed, 2 bad usage. An error is one line on standard error. */
@Command(
        name = "covey",
        description = "Trains one language model among strangers.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "VERB",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:bad usage"})
public final class Covey implements Runnable {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int BAD_USAGE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print stack traces of errors.")
    private boolean debug;

    private Covey() {}

    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /** Runs one command and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return commandLine(args).setOut(out).setErr(err).execute(args);
    }

    private static CommandLine commandLine(String... args) {
        Covey root = new Covey();
        CommandLine line = new CommandLine(root);
        verbs(args).stream()
                .map(provider -> new CommandLine(provider.get()))
                .peek(verb -> verb.getCommandSpec().versionProvider(new Version()))
                .sorted(Comparator.comparing(CommandLine::getCommandName))
                .forEach(verb -> line.addSubcommand(verb.getCommandName(), verb));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, _) -> root.refused(e));
        line.setExecutionExceptionHandler((e, command, parsed) -> root.failed(e, command));
        return line;
    }

    /** The one verb that is named, as reading the options of all takes a tenth of a second; all if none is. */
    private static List<Provider<Verb>> verbs(String... args) {
        List<Provider<Verb>> all = ServiceLoader.load(Verb.class).stream().toList();
        Optional<String> named =
                Stream.of(args).filter(arg -> !arg.startsWith("-")).findFirst();
        return all.stream()
                .filter(verb -> named.filter(nameOf(verb)::equals).isPresent())
                .findFirst()
                .map(List::of)
                .orElse(all);
    }

    private static String nameOf(Provider<Verb> verb) {
        return verb.type().getAnnotation(Command.class).name();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no verb");
    }

    private int refused(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        String message = firstLine(e);
        String rule = message.contains("(expected: ") ? "" : " (expected: what " + help + " lists)";
        return report(command, message + rule, e, BAD_USAGE);
    }

    private int failed(Exception e, CommandLine command) {
        return switch (e) {
            case ConfigError wrong -> report(command, firstLine(wrong), wrong, BAD_USAGE);
            case CommandFailed failed -> report(command, firstLine(failed), failed, FAILED);
            default -> report(command, e.getClass().getSimpleName() + ": " + firstLine(e), e, FAILED);
        };
    }

    private int report(CommandLine command, String line, Exception e, int exitCode) {
        command.getErr().println("covey: " + line);
        if (debug) {
            e.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return exitCode;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
