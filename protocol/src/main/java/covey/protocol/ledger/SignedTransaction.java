package covey.protocol.ledger;

import covey.protocol.model.Bytes;

/** A transaction and its hotkey's signature over "covey/1/transaction", the run id and the canonical body (rule A2). */
public record SignedTransaction(Transaction transaction, Bytes signature) {}
