package covey.actors.ledger;

import covey.protocol.model.Bytes;

/**
 * The one message type that crosses the wire between authorities: an encoded {@link BallotFrame}, not yet looked at.
 */
public record BallotEnvelope(Bytes encoded) implements BallotActor.Command {}
