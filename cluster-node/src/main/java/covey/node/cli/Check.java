package covey.node.cli;

/**
 * One line of {@code covey doctor}.
 *
 * @param name what was looked at
 * @param detail what was found
 * @param fix what to do; empty if nothing
 */
record Check(String name, Result result, String detail, String fix) {
    /** WARN: it works, but slowly or not for long. FAIL: a node does not work. */
    enum Result {
        OK,
        WARN,
        FAIL
    }

    static Check ok(String name, String detail) {
        return new Check(name, Result.OK, detail, "");
    }

    static Check warn(String name, String detail, String fix) {
        return new Check(name, Result.WARN, detail, fix);
    }

    static Check fail(String name, String detail, String fix) {
        return new Check(name, Result.FAIL, detail, fix);
    }

    /** OK from {@code good} up, WARN from {@code bearable} up, else FAIL. */
    static Check atLeast(String name, String detail, String fix, long value, long bearable, long good) {
        if (value >= good) {
            return ok(name, detail);
        }
        return value >= bearable ? warn(name, detail, fix) : fail(name, detail, fix);
    }
}
