package covey.actors.node;

import covey.protocol.model.Bytes;
import covey.protocol.port.BulkTransfer;

/** What nodes say to each other over the control plane; always inside a signed {@link ControlCodec.Signed}. */
public sealed interface ControlMessage {

    /**
     * "Whoever is at that address, say hello with this challenge." Asks for proof that a hotkey answers there.
     *
     * @param from Artery address of the sender
     * @param to the address that the challenge is meant for, so that nobody else can use it up
     * @param challenge 16 random bytes that only the node at {@code to} gets to see
     */
    record Knock(String from, String to, Bytes challenge) implements ControlMessage {}

    /**
     * Answers a Knock and binds the sender's hotkey to its address.
     *
     * @param address Artery address of the sender
     * @param roles bits of {@link covey.protocol.model.Role}
     * @param httpUrl where its API is; empty if nowhere
     * @param lastHeight the last final block that it knows
     * @param rank how good its cluster is, see {@link Outsiders#rank}
     * @param challenge what the receiver has to carry in its messages to the sender
     */
    record Hello(String address, int roles, String httpUrl, long lastHeight, int rank, Bytes challenge)
            implements ControlMessage {}

    /** Asks for an offer of bulk transfer. */
    record AskOffer() implements ControlMessage {}

    /** How the receiver may fetch from the sender. */
    record GiveOffer(BulkTransfer.Offer offer) implements ControlMessage {}

    /** Anything else; the listener knows what it means. */
    record Said(Bytes body) implements ControlMessage {}
}
