package covey.protocol.ledger;

/** A final block: whoever delivered it, the certificate proves it. */
public record CertifiedBlock(Block block, Certificate certificate) {}
