package covey.protocol.outer;

/**
 * Aggregates the values of one chunk's coordinates. The order in which values are added never matters. Reused from
 * chunk to chunk by one thread.
 */
sealed interface ChunkSums permits PlainSums, SignedSums, TrimmedSums {
    /** @param value s·level·f, magnitude below 2^45 */
    void add(int index, long value);

    /** After the last value and before the first result. */
    void finish();

    /** Below 2^54 in magnitude, and exact as a double. */
    long numerator(int index);

    /** What the numerator is divided by, in whole contributions; 0 where nothing moves. */
    int divisor(int index);

    void clear();
}
