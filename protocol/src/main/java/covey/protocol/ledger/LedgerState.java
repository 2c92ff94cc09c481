package covey.protocol.ledger;

import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.economy.Economy;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the ledger says after a block: slices, each owned by one set of rules (rule B7). Immutable, the same on every
 * node; {@link StateCodec} gives its one canonical encoding.
 *
 * @param height of the last block; 0 before the first
 * @param blockHash hash of the last block; zero before the first
 * @param timeMs ledger time (rule B2)
 * @param beacon of the last block (rule B5)
 * @param registry slice of {@link RegistryRules}
 * @param nonces by hotkey: nonces of transactions that counted, with their expiry heights (rule B1); slice of
 *     {@link LedgerMachine}
 * @param rounds slice of {@link RoundRules}
 * @param trusts slice of {@link RegistryRules}
 * @param economy slice of {@link covey.protocol.ledger.economy.EconomyMachine}; empty in a run without an asset
 */
public record LedgerState(
        long height,
        Hash blockHash,
        long timeMs,
        Hash beacon,
        Registry registry,
        SortedMap<Hotkey, SortedMap<Long, Long>> nonces,
        Rounds rounds,
        Trusts trusts,
        Optional<Economy> economy) {

    /** Who may speak, ordered by hotkey. The map is never written to. */
    public record Registry(SortedMap<Hotkey, Entry> byHotkey) {
        public static final Registry EMPTY = new Registry(Collections.emptySortedMap());

        /** Ordered by hotkey. */
        public Collection<Entry> entries() {
            return byHotkey.values();
        }

        public Optional<Entry> entry(Hotkey hotkey) {
            return Optional.ofNullable(byHotkey.get(hotkey));
        }

        /** Whether they share a coldkey, or are the same (rule A3). */
        public boolean areOfOneOwner(Hotkey one, Hotkey other) {
            Optional<Hotkey> coldkey = entry(one).map(Entry::coldkey);
            return one.equals(other)
                    || coldkey.isPresent() && coldkey.equals(entry(other).map(Entry::coldkey));
        }

        public boolean has(Hotkey hotkey, Role role) {
            Entry entry = byHotkey.get(hotkey);
            return entry != null && entry.has(role);
        }

        /** Stake of validators as the economy has it; other entries keep theirs. */
        Registry withStakes(Economy economy) {
            var next = new TreeMap<>(byHotkey);
            next.replaceAll(
                    (hotkey, entry) -> entry.has(Role.VALIDATOR) ? entry.withStake(economy.stakeOf(hotkey)) : entry);
            return new Registry(Collections.unmodifiableSortedMap(next));
        }

        /** Trust factors as evaluations have them. */
        Registry withTrusts(Trusts trusts) {
            var next = new TreeMap<>(byHotkey);
            next.replaceAll((hotkey, entry) -> entry.withTrust(trusts.factorQ16(hotkey)));
            return new Registry(Collections.unmodifiableSortedMap(next));
        }

        Registry with(Entry entry) {
            var next = new TreeMap<>(byHotkey);
            next.put(entry.hotkey(), entry);
            return new Registry(Collections.unmodifiableSortedMap(next));
        }
    }

    /**
     * A registered hotkey.
     *
     * @param roles bits of {@link Role}
     * @param trustQ16 factor t of rule H7 in 1/65536
     * @param stake of a validator: what is staked on it; in a run without an asset 1 for one of genesis (rule B7)
     */
    public record Entry(Hotkey hotkey, Hotkey coldkey, int roles, String label, int trustQ16, long stake) {
        public boolean has(Role role) {
            return role.in(roles);
        }

        Entry withTrust(int next) {
            return next == trustQ16 ? this : new Entry(hotkey, coldkey, roles, label, next, stake);
        }

        Entry withStake(long next) {
            return next == stake ? this : new Entry(hotkey, coldkey, roles, label, trustQ16, next);
        }
    }

    /**
     * A state that a newcomer can start from (rule D11).
     *
     * @param round a multiple of genesis' checkpointRounds
     * @param root agreed state root after it
     * @param signers who said this root, ordered by hotkey; they serve it
     */
    public record Checkpoint(long round, ContentId root, List<Hotkey> signers) {
        public Checkpoint {
            signers = List.copyOf(signers);
        }
    }

    /** The round in progress; empty until round 1 opens. */
    public Optional<RoundState> round() {
        return rounds.current();
    }

    /** What a hotkey's past means for the next round. */
    public Rounds.Standing standing(Hotkey hotkey) {
        return rounds.standing(hotkey);
    }

    /** Number of the last sealed round; 0 before the first. */
    public long lastSealed() {
        return rounds.lastSealed();
    }

    /** One of the last 16 sealed rounds. */
    public Optional<SealedRound> sealed(long round) {
        return Optional.ofNullable(rounds.sealed().get(round));
    }

    /** State root after a round, if agreed (rule D10): of the last 16 rounds and the newest checkpoint. Of 0: θ_0's. */
    public Optional<ContentId> agreedRoot(long round) {
        return Optional.ofNullable(rounds.agreed().get(round));
    }

    /**
     * State roots that were said after {@code round}, by hotkey: of the last three sealed rounds and the newest
     * checkpoint.
     */
    public SortedMap<Hotkey, ContentId> roots(long round) {
        SortedMap<Hotkey, ContentId> said = rounds.roots().get(round);
        return said == null ? Collections.emptySortedMap() : said;
    }

    /** Sealed rounds that were not empty: the clock of the learning rate (rule H9). */
    public long appliedRounds() {
        return rounds.appliedRounds();
    }

    /** The newest checkpoint; empty until the first is agreed (θ_0 needs none: rule H8). */
    public Optional<Checkpoint> checkpoint() {
        return rounds.checkpoint();
    }

    /** Why the run has stopped for good, if it has (rule D10). */
    public Optional<String> halted() {
        return rounds.halted();
    }
}
