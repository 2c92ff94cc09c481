package covey.actors.node;

import covey.protocol.model.Bytes;

/** The one message type that crosses the wire: an encoded {@link ControlCodec.Signed}, not yet looked at. */
public record Envelope(Bytes encoded) implements Peers.Command {}
