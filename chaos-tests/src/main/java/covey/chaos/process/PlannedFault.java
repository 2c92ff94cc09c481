package covey.chaos.process;

/**
 * One fault of a plan.
 *
 * @param number from 1
 * @param atMs after the storm's start; postponed while its victim still suffers from another one
 * @param victim name of a node; or whoever {@link StormPlan} calls by another one; empty: all
 * @param holdMs how long it lasts
 * @param point name of the crash point; else empty
 */
record PlannedFault(int number, long atMs, FaultKind kind, String victim, long holdMs, String point) {}
