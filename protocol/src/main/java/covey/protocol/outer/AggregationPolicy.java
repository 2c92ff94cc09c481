package covey.protocol.outer;

/** By what the sum at a coordinate is divided (rule H6). */
public enum AggregationPolicy {
    /** By the contributions that carry the coordinate and whose clip factor is above zero; the default at α = 1. */
    CONTRIBUTOR_MEAN,
    /** By the size of the collect set. */
    MEAN
}
