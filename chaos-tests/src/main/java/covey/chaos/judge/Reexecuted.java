package covey.chaos.judge;

import covey.node.config.GenesisFile;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What the blocks say happened, from genesis on. */
final class Reexecuted {
    /** @param state of the ledger right after the seal */
    record Sealed(SealedRound round, LedgerState state) {}

    /** A state root that a hotkey signed. */
    record Said(Hotkey hotkey, long round, ContentId root) {}

    private final LedgerMachine machine;
    private final Consumer<Finding> findings;
    private final SortedMap<Long, Sealed> sealed = new TreeMap<>();
    private final SortedMap<Long, ContentId> agreed = new TreeMap<>();
    private final List<Said> said = new ArrayList<>();
    private LedgerState state;

    Reexecuted(GenesisFile genesis, Crypto crypto, Iterable<CertifiedBlock> blocks, Consumer<Finding> findings) {
        this.machine = new LedgerMachine(genesis.genesis(), genesis.runId(), crypto);
        this.findings = findings;
        this.state = machine.initial();
        for (CertifiedBlock block : blocks) {
            if (!apply(block)) {
                return;
            }
        }
        state.halted().ifPresent(why -> findings.accept(new Finding("halted", why)));
    }

    private boolean apply(CertifiedBlock block) {
        long height = block.block().height();
        var wrong = machine.validateBlock(state, block.block());
        if (wrong.isPresent()) {
            findings.accept(new Finding("invalid-block", "height " + height + ": " + wrong.get()));
            return false;
        }
        state = machine.apply(state, block.block()).next();
        if (!machine.stateHash(state).equals(block.certificate().stateHash())) {
            findings.accept(new Finding("other-state", "height " + height + ": not the state that is certified"));
            return false;
        }
        state.sealed(state.lastSealed())
                .ifPresent(round -> sealed.putIfAbsent(round.round(), new Sealed(round, state)));
        state.rounds().agreed().forEach(this::agree);
        block.block().transactions().forEach(this::hear);
        return true;
    }

    private void agree(long round, ContentId root) {
        ContentId first = agreed.putIfAbsent(round, root);
        if (first != null && !first.equals(root)) {
            findings.accept(new Finding("root-changed", "round " + round + ": " + root + " after " + first));
        }
    }

    private void hear(SignedTransaction signed) {
        if (signed.transaction().statement() instanceof Statement.Root root) {
            said.add(new Said(signed.transaction().hotkey(), root.round(), root.stateRoot()));
        }
    }

    /** By round. */
    SortedMap<Long, Sealed> sealed() {
        return sealed;
    }

    /** Agreed state roots by round. */
    SortedMap<Long, ContentId> agreed() {
        return agreed;
    }

    List<Said> said() {
        return said;
    }

    LedgerState state() {
        return state;
    }
}
