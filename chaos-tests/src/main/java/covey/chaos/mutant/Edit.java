package covey.chaos.mutant;

/** A change to the code of one method. Places are counted from 0 over all methods of that name, in file order. */
public sealed interface Edit {
    /** A condition means its opposite. @param branch which conditional branch */
    record Negate(int branch) implements Edit {}

    /** A call is left out. @param result instead of its own, if that is a number or truth; else nothing or empty */
    record Skip(String called, int nth, long result) implements Edit {}

    /** A call gives back its receiver as it is. @param nth of the calls with that name */
    record PassOn(String called, int nth) implements Edit {}

    /** A call is made twice, the second time with the result of the first thrown away. */
    record Twice(String called, int nth) implements Edit {}

    /** A constant is another one. @param nth of the loads of {@code from} */
    record Constant(long from, long to, int nth) implements Edit {}
}
