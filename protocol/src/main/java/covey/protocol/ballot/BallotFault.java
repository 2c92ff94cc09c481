package covey.protocol.ballot;

/** Errors that tests put into the rules on purpose, to see that they are found. Production has none. */
enum BallotFault {
    LOWEST_ACCEPTED,
    NO_REPROPOSAL,
    ACK_BEFORE_PERSIST,
    QUORUM_MINUS_ONE,
    NO_FENCE,
    FORGOTTEN_PROMISE,
    ACK_OF_OTHER_BALLOT,
    ACK_OF_OTHER_HEIGHT,
    ACK_OF_OTHER_HASH
}
