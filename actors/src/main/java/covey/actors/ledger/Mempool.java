package covey.actors.ledger;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Transaction;
import covey.protocol.ledger.TransactionRejection;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Transactions that wait at an authority, in order of arrival, each with a good signature. Bounded per hotkey and in
 * all, with most of the space kept free of registrations (rule B1). Holds what counts now or may count in a later
 * block, until it is in a block, expires, or its round is over. Thread-safe.
 */
public final class Mempool {
    private final LedgerMachine machine;
    private final Set<SignedTransaction> waiting = new LinkedHashSet<>();
    private final SortedMap<Hotkey, Integer> counts = new TreeMap<>();
    private int registrations;
    private boolean changed;
    private List<SignedTransaction> snapshot = List.of();
    private volatile LedgerState state;

    public Mempool(LedgerMachine machine, LedgerState state) {
        this.machine = machine;
        this.state = state;
    }

    /**
     * Takes a transaction, or says why it will never count here; empty also if it waits already. Checks the signature
     * on the caller's thread.
     */
    public Optional<TransactionRejection> add(SignedTransaction signed) {
        if (contains(signed)) {
            return Optional.empty();
        }
        LedgerState checkedOver = state;
        Optional<TransactionRejection> lasting = machine.check(checkedOver, signed)
                .filter(r -> !Prospects.canPass(signed.transaction().statement(), r.reason(), checkedOver));
        return lasting.isPresent() ? lasting : insert(signed);
    }

    /** In order of arrival. */
    public synchronized List<SignedTransaction> waiting() {
        if (changed) {
            snapshot = List.copyOf(waiting);
            changed = false;
        }
        return snapshot;
    }

    /** Drops what the block holds and what can't count after it. */
    public synchronized void advance(Block block, LedgerState next) {
        state = next;
        block.transactions().forEach(this::remove);
        for (SignedTransaction signed : List.copyOf(waiting)) {
            if (isDead(signed.transaction(), next)) {
                remove(signed);
            }
        }
    }

    private synchronized boolean contains(SignedTransaction signed) {
        return waiting.contains(signed);
    }

    private synchronized Optional<TransactionRejection> insert(SignedTransaction signed) {
        Hotkey hotkey = signed.transaction().hotkey();
        if (isDead(signed.transaction(), state)) {
            return refuse(hotkey, Reason.EXPIRY, "transaction: its height or round is over");
        }
        if (counts.getOrDefault(hotkey, 0) >= Limits.MEMPOOL_HOTKEY_COUNT) {
            return refuse(hotkey, Reason.QUOTA, "waiting: " + Limits.MEMPOOL_HOTKEY_COUNT + " of this hotkey");
        }
        boolean full = registers(signed)
                ? registrations >= Limits.MEMPOOL_REGISTER_COUNT
                : waiting.size() - registrations >= Limits.MEMPOOL_MAX_COUNT - Limits.MEMPOOL_REGISTER_COUNT;
        if (full) {
            return refuse(hotkey, Reason.QUOTA, "waiting: " + waiting.size() + " in all");
        }
        if (waiting.add(signed)) {
            count(signed, 1);
        }
        return Optional.empty();
    }

    private void remove(SignedTransaction signed) {
        if (waiting.remove(signed)) {
            count(signed, -1);
        }
    }

    private void count(SignedTransaction signed, int change) {
        Hotkey hotkey = signed.transaction().hotkey();
        int count = counts.getOrDefault(hotkey, 0) + change;
        if (count == 0) {
            counts.remove(hotkey);
        } else {
            counts.put(hotkey, count);
        }
        registrations += registers(signed) ? change : 0;
        changed = true;
    }

    private static boolean isDead(Transaction transaction, LedgerState state) {
        SortedMap<Long, Long> used = state.nonces().get(transaction.hotkey());
        return transaction.expiryHeight() <= state.height()
                || used != null && used.containsKey(transaction.nonce())
                || Prospects.isOver(transaction.statement(), state);
    }

    /** Whether its signer need not be in the registry; such ones share a part of the space. */
    private static boolean registers(SignedTransaction signed) {
        Statement statement = signed.transaction().statement();
        return statement instanceof Statement.Register || statement instanceof Statement.Economic;
    }

    private static Optional<TransactionRejection> refuse(Hotkey hotkey, Reason reason, String detail) {
        return Optional.of(new TransactionRejection(0, hotkey, reason, detail));
    }
}
