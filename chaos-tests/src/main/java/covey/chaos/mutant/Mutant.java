package covey.chaos.mutant;

/**
 * A planted error.
 *
 * @param name what goes wrong
 * @param rule that it breaks
 * @param type binary name of the class that is changed
 * @param method in which
 */
public record Mutant(String name, String rule, String type, String method, Edit edit) {}
