package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.Statement.Economic;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.economy.EconomyMachine;
import covey.protocol.ledger.economy.Payment;
import covey.protocol.ledger.economy.Refused;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes the ledger's next state from a block: checks each transaction's envelope, hands its statement to the rules that
 * own the slice it is about, and lets {@link RoundRules} evaluate the round's transitions at the end (rules B1, B4,
 * B7).
 * The same on every node. Thread-safe: it keeps nothing between calls. Not final, so that who asks the same thing for
 * many nodes may remember the answer.
 */
public class LedgerMachine {
    private final Genesis genesis;
    private final RunId run;
    private final Crypto crypto;
    private final RegistryRules registryRules;
    private final RoundRules roundRules;
    private final Optional<EconomyMachine> economyMachine;

    public LedgerMachine(Genesis genesis, RunId run, Crypto crypto) {
        this.genesis = genesis;
        this.run = run;
        this.crypto = crypto;
        this.registryRules = new RegistryRules(genesis, run, crypto);
        this.roundRules = new RoundRules(genesis, crypto);
        this.economyMachine = genesis.economics().map(EconomyMachine::new);
    }

    /** @param rejections of the block's transactions that changed nothing, in order */
    public record Applied(LedgerState next, List<TransactionRejection> rejections) {
        public Applied {
            rejections = List.copyOf(rejections);
        }
    }

    /** The state before the first block. */
    public LedgerState initial() {
        Optional<Economy> economy = economyMachine.map(m -> m.initial(seated()));
        Registry registry = registryRules.initial();
        return new LedgerState(
                0,
                Hash.ZERO,
                0,
                Hash.ZERO,
                economy.map(registry::withStakes).orElse(registry),
                Collections.emptySortedMap(),
                roundRules.initial(),
                Trusts.NONE,
                economy);
    }

    /** Members of genesis that have a uid from the start. */
    private List<Hotkey> seated() {
        return genesis.members().stream()
                .filter(m -> m.has(Role.TRAINER) || m.has(Role.VALIDATOR))
                .map(Genesis.Member::hotkey)
                .toList();
    }

    /**
     * The state after a block that {@link #validateBlock} takes (a certificate says that a quorum did). Never fails,
     * whatever its transactions are; throws IllegalArgumentException if the block isn't the next one, which is a bug of
     * the caller.
     */
    public Applied apply(LedgerState state, Block block) {
        if (block.height() != state.height() + 1 || !block.parent().equals(state.blockHash())) {
            throw new IllegalArgumentException("block height: " + block.height() + " over "
                    + block.parent().brief() + " (expected: " + (state.height() + 1) + " over "
                    + state.blockHash().brief() + ")");
        }
        Draft draft = draft(state, block.timeMs());
        List<TransactionRejection> rejections = new ArrayList<>();
        for (int i = 0; i < block.transactions().size(); i++) {
            SignedTransaction signed = block.transactions().get(i);
            int index = i;
            draft.add(signed, true)
                    .ifPresent(r -> rejections.add(
                            new TransactionRejection(index, signed.transaction().hotkey(), r.reason(), r.detail())));
        }
        return new Applied(draft.finish(block), rejections);
    }

    /**
     * Why a transaction would change nothing in the next block; empty if it would count. Checks the signature. Some
     * reasons pass with time (WRONG_PHASE, NOT_ELIGIBLE, WRONG_ROUND); others never do.
     */
    public Optional<TransactionRejection> check(LedgerState state, SignedTransaction signed) {
        return draft(state, state.timeMs() + 1)
                .add(signed, true)
                .map(r -> new TransactionRejection(0, signed.transaction().hotkey(), r.reason(), r.detail()));
    }

    public Hash stateHash(LedgerState state) {
        return StateCodec.hash(state, crypto);
    }

    /**
     * Why an authority must not vote for a block over this state; empty if it may. Transactions that change nothing do
     * not make a block invalid (rule B1).
     */
    public Optional<String> validateBlock(LedgerState state, Block block) {
        if (block.height() != state.height() + 1) {
            return broken("height", block.height(), "" + (state.height() + 1));
        }
        if (!block.parent().equals(state.blockHash())) {
            return broken("parent", block.parent().brief(), state.blockHash().brief());
        }
        long stepMs = block.timeMs() - state.timeMs();
        if (stepMs < 1 || stepMs > Limits.BLOCK_TIME_MAX_MS) {
            return broken("time step", stepMs + " ms", "1 to " + Limits.BLOCK_TIME_MAX_MS + " ms (rule B2)");
        }
        if (block.proposer() < 0 || block.proposer() >= genesis.authorities().size()) {
            return broken("proposer", block.proposer(), "an authority's index");
        }
        byte[] message = BlockCodec.beaconMessage(run, block.height(), state.beacon());
        Hotkey proposer = genesis.authorities().get(block.proposer()).hotkey();
        if (!crypto.verify(proposer, message, block.beaconSignature())) {
            return broken("beacon signature", block.beaconSignature(), "the proposer's (rule B5)");
        }
        return checkSizes(block);
    }

    private static Optional<String> checkSizes(Block block) {
        try {
            BlockCodec.encode(block);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("block " + e.getMessage());
        }
    }

    private static Optional<String> broken(String name, Object value, String rule) {
        return Optional.of("block " + name + ": " + value + " (expected: " + rule + ")");
    }

    /** What a block that follows the state pays, in order: the explanation of what {@link #apply} does to accounts. */
    public List<Payment> payments(LedgerState state, Block block) {
        List<Payment> payments = new ArrayList<>();
        Draft draft = new Draft(state, block.timeMs(), payments::add);
        block.transactions().forEach(signed -> draft.add(signed, true));
        draft.finish(block);
        return List.copyOf(payments);
    }

    /** A block in the making over a state, at a ledger time. For one thread. */
    Draft draft(LedgerState state, long timeMs) {
        return new Draft(state, timeMs, _ -> {});
    }

    /** Adds transactions one by one. */
    final class Draft {
        private final LedgerState parent;
        private final long height;
        private final long timeMs;
        private final SortedMap<Hotkey, Integer> seen = new TreeMap<>();
        private Registry registry;
        private final SortedMap<Hotkey, SortedMap<Long, Long>> nonces;
        /** Nonces of those who said something in this block: copies that may be written to. */
        private final SortedMap<Hotkey, SortedMap<Long, Long>> saying = new TreeMap<>();

        private Rounds rounds;
        private Trusts trusts;
        private final Optional<EconomyMachine.Draft> economy;

        private Draft(LedgerState parent, long timeMs, Consumer<Payment> paid) {
            this.parent = parent;
            this.height = parent.height() + 1;
            this.timeMs = timeMs;
            this.registry = parent.registry();
            this.nonces = new TreeMap<>(parent.nonces());
            this.rounds = parent.rounds();
            this.trusts = parent.trusts();
            this.economy =
                    economyMachine.map(m -> m.draft(parent.economy().orElseThrow(), height, this::coldkeyOf, paid));
        }

        private Optional<Hotkey> coldkeyOf(Hotkey hotkey) {
            return registry.entry(hotkey).map(LedgerState.Entry::coldkey);
        }

        /** Why the transaction changes nothing here, or empty if it counted. */
        Optional<Ruling.Refused<Void>> add(SignedTransaction signed, boolean checkSignature) {
            Transaction transaction = signed.transaction();
            return checkEnvelope(transaction)
                    .or(() -> checkSignature ? checkSignature(signed) : Optional.empty())
                    .or(() -> checkQuota(transaction))
                    .or(() -> dispatch(transaction));
        }

        private Optional<Ruling.Refused<Void>> checkEnvelope(Transaction transaction) {
            if (!transaction.run().equals(run)) {
                return refuse(Reason.WRONG_RUN, "run: " + transaction.run().brief());
            }
            long left = transaction.expiryHeight() - height;
            if (transaction.expiryHeight() < height || left > Limits.EXPIRY_MAX_HEIGHTS) {
                return refuse(Reason.EXPIRY, "expiry height: " + transaction.expiryHeight() + " at " + height);
            }
            if (parent.halted().isPresent()) {
                return refuse(Reason.HALTED, "run: halted");
            }
            return checkRole(transaction);
        }

        private Optional<Ruling.Refused<Void>> checkRole(Transaction transaction) {
            if (transaction.statement() instanceof Register) {
                return Optional.empty();
            }
            if (transaction.statement() instanceof Economic) {
                return transaction.role() == Role.OBSERVER
                        ? Optional.empty()
                        : refuse(Reason.ROLE, "role: " + transaction.role() + " (expected: OBSERVER)");
            }
            Hotkey hotkey = transaction.hotkey();
            if (registry.entry(hotkey).isEmpty()) {
                return refuse(Reason.NOT_REGISTERED, "hotkey: " + hotkey.brief() + " (expected: registered)");
            }
            if (!registry.has(hotkey, transaction.role()) || !maySay(transaction.role(), transaction.statement())) {
                return refuse(Reason.ROLE, "role: " + transaction.role() + " of " + hotkey.brief());
            }
            return Optional.empty();
        }

        private Optional<Ruling.Refused<Void>> checkSignature(SignedTransaction signed) {
            return TransactionCodec.isSigned(signed, crypto)
                    ? Optional.empty()
                    : refuse(Reason.SIGNATURE, "signature: not the hotkey's");
        }

        private Optional<Ruling.Refused<Void>> checkQuota(Transaction transaction) {
            SortedMap<Long, Long> used = nonces.get(transaction.hotkey());
            if (used != null && used.containsKey(transaction.nonce())) {
                return refuse(Reason.NONCE, "nonce: " + transaction.nonce() + " (expected: unused)");
            }
            int counted = seen.getOrDefault(transaction.hotkey(), 0);
            if (counted >= Limits.BLOCK_HOTKEY_TRANSACTIONS || used != null && used.size() >= Limits.NONCES_MAX_COUNT) {
                return refuse(Reason.QUOTA, "hotkey: " + transaction.hotkey().brief() + " over its quota");
            }
            return Optional.empty();
        }

        private Optional<Ruling.Refused<Void>> dispatch(Transaction transaction) {
            if (transaction.statement() instanceof Register register) {
                return settle(
                        transaction,
                        registryRules.register(
                                registry, transaction.hotkey(), register, trusts.factorQ16(transaction.hotkey())),
                        next -> registry = next);
            }
            if (transaction.statement() instanceof Economic economic) {
                return economic(transaction, economic);
            }
            if (transaction.statement() instanceof Evaluate evaluate) {
                return settle(
                        transaction,
                        RegistryRules.evaluate(trusts, registry, transaction.hotkey(), evaluate),
                        next -> trusts = next);
            }
            return settle(
                    transaction,
                    roundRules.apply(rounds, registry, transaction, height, timeMs),
                    next -> rounds = next);
        }

        private Optional<Ruling.Refused<Void>> economic(Transaction transaction, Economic economic) {
            if (economy.isEmpty()) {
                return refuse(Reason.ECONOMY, "NO_ECONOMICS: genesis names no asset");
            }
            Optional<Refused> refused = economy.get().add(transaction.hotkey(), economic.said());
            if (refused.isEmpty()) {
                remember(transaction);
            }
            return refused.flatMap(
                    r -> refuse(r.nextHeight() > 0 ? Reason.NOT_YET : Reason.ECONOMY, r.why() + ": " + r.detail()));
        }

        private <S> Optional<Ruling.Refused<Void>> settle(Transaction transaction, Ruling<S> ruling, Consumer<S> keep) {
            return switch (ruling) {
                case Ruling.Refused<S> r -> refuse(r.reason(), r.detail());
                case Ruling.Counted<S> c -> {
                    keep.accept(c.next());
                    remember(transaction);
                    yield Optional.empty();
                }
            };
        }

        private void remember(Transaction transaction) {
            seen.merge(transaction.hotkey(), 1, Integer::sum);
            SortedMap<Long, Long> next = saying.computeIfAbsent(transaction.hotkey(), this::copyOfNonces);
            next.put(transaction.nonce(), transaction.expiryHeight());
            nonces.put(transaction.hotkey(), next);
        }

        private SortedMap<Long, Long> copyOfNonces(Hotkey hotkey) {
            SortedMap<Long, Long> used = nonces.get(hotkey);
            return used == null ? new TreeMap<>() : new TreeMap<>(used);
        }

        private LedgerState finish(Block block) {
            Hash beacon = BlockCodec.beacon(block, crypto);
            Optional<Economy> economyAfter =
                    parent.halted().isPresent() ? parent.economy() : economy.map(EconomyMachine.Draft::finish);
            registry = economyAfter.map(registry::withStakes).orElse(registry);
            registry = trusts.begun() ? registry.withTrusts(trusts) : registry;
            Rounds next = parent.halted().isPresent()
                    ? rounds
                    : roundRules.endBlock(rounds, registry, new Mark(height, timeMs, beacon));
            return new LedgerState(
                    height,
                    BlockCodec.hash(block, run, crypto),
                    timeMs,
                    beacon,
                    registry,
                    unexpired(),
                    next,
                    trustsAfter(next),
                    economyAfter);
        }

        private Trusts trustsAfter(Rounds next) {
            return Optional.ofNullable(next.sealed().get(rounds.lastSealed() + 1))
                    .map(over -> RegistryRules.sealed(
                            trusts, registry, rounds.current().orElseThrow(), over))
                    .orElse(trusts);
        }

        /** Nonces that a transaction of the next block may not use. */
        private SortedMap<Hotkey, SortedMap<Long, Long>> unexpired() {
            SortedMap<Hotkey, SortedMap<Long, Long>> kept = new TreeMap<>();
            nonces.forEach((hotkey, used) -> {
                SortedMap<Long, Long> live = used;
                if (used.containsValue(height)) {
                    live = new TreeMap<>(used);
                    live.values().removeIf(expiryHeight -> expiryHeight <= height);
                }
                if (!live.isEmpty()) {
                    kept.put(hotkey, Collections.unmodifiableSortedMap(live));
                }
            });
            return Collections.unmodifiableSortedMap(kept);
        }
    }

    private static Optional<Ruling.Refused<Void>> refuse(Reason reason, String detail) {
        return Optional.of(new Ruling.Refused<>(reason, detail));
    }

    private static boolean maySay(Role role, Statement statement) {
        return switch (statement) {
            case Statement.Register _, Statement.Root _, Statement.Holds _ -> true;
            case Statement.Ready _ -> role == Role.TRAINER || role == Role.VALIDATOR;
            case Statement.Commit _ -> role == Role.TRAINER;
            case Statement.Attest _, Evaluate _ -> role == Role.VALIDATOR;
            case Statement.Absent _, Statement.Present _ -> role == Role.AUTHORITY;
            case Statement.Economic _ -> role == Role.OBSERVER;
        };
    }
}
