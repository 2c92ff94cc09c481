package covey.protocol.score;

/**
 * Why a score is lower than measured.
 *
 * @param reason one line for people, with the values that led to it
 * @param factor what the score is multiplied with, 0 to 1
 */
public record Penalty(String reason, double factor) {}
