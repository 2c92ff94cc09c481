package covey.node.cli;

import java.util.concurrent.Callable;

/**
 * A verb of the command line: an instance of a class with picocli's {@code @Command}. Providers are found by {@link
 * java.util.ServiceLoader}, so modules above this one add their own. The result of {@link #call} is the exit code: 0
 * done, 1 failed. Constructors do nothing, as all verbs are made for each command.
 */
public interface Verb extends Callable<Integer> {}
