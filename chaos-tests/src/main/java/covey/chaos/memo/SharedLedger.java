package covey.chaos.memo;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The ledger's machine for all nodes of a simulated run: what a block makes of a state, and a state's hash, are
 * computed once, as they depend on nothing else. States are told apart by identity, so nothing is remembered of a state
 * that was not made here. For one thread.
 */
public final class SharedLedger extends LedgerMachine {
    private final RunId run;
    private final Crypto crypto;
    private final LedgerState initial;
    private final Map<Block, Hash> blockHashes = new IdentityHashMap<>();
    /** By the state that a block follows, then by the block's hash. */
    private final Map<LedgerState, Map<Hash, Applied>> applied = new IdentityHashMap<>();

    private final Map<LedgerState, Hash> stateHashes = new IdentityHashMap<>();

    public SharedLedger(Genesis genesis, RunId run, Crypto crypto) {
        super(genesis, run, crypto);
        this.run = run;
        this.crypto = crypto;
        this.initial = super.initial();
    }

    @Override
    public LedgerState initial() {
        return initial;
    }

    @Override
    public Applied apply(LedgerState state, Block block) {
        Hash hash = blockHashes.computeIfAbsent(block, b -> BlockCodec.hash(b, run, crypto));
        return applied.computeIfAbsent(state, s -> new HashMap<>())
                .computeIfAbsent(hash, h -> super.apply(state, block));
    }

    @Override
    public Hash stateHash(LedgerState state) {
        return stateHashes.computeIfAbsent(state, super::stateHash);
    }
}
