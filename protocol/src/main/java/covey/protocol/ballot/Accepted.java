package covey.protocol.ballot;

import covey.protocol.ledger.Block;

/** A block and the ballot in which an authority accepted it. */
public record Accepted(BallotNumber ballot, Block block) {}
