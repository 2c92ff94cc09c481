package covey.transport.agent;

import covey.protocol.port.ContentStore;
import covey.protocol.port.Crypto;

/** What the parts of one node's bulk transfer share. */
record Shared(ContentStore store, Crypto crypto, Disk disk, Totals totals) {
    Shared into(ContentStore other) {
        return new Shared(other, crypto, disk, totals);
    }
}
