package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
import covey.protocol.ledger.trust.Findings;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who may speak. Genesis holds the first registry; anyone enters by proof of work, until burns exist. Genesis
 * gives each of its validators stake 1; who registers later has none until stakes exist, or else anyone could outvote
 * the validators by making keys (rule B7). Trust factors follow from what validators find (rule H7).
 */
public final class RegistryRules {
    private static final byte[] WORK_DOMAIN = "covey/1/register-work".getBytes(StandardCharsets.US_ASCII);

    private final Genesis genesis;
    private final RunId run;
    private final Crypto crypto;

    public RegistryRules(Genesis genesis, RunId run, Crypto crypto) {
        this.genesis = genesis;
        this.run = run;
        this.crypto = crypto;
    }

    /** A number that lets {@code hotkey} register: the lowest, found by trying. Takes about 2^16 hashes. */
    public static long work(RunId run, Hotkey hotkey, Crypto crypto) {
        long work = 0;
        while (!isEnough(workHash(run, hotkey, work, crypto))) {
            work++;
        }
        return work;
    }

    Registry initial() {
        Registry registry = Registry.EMPTY;
        for (Genesis.Member member : genesis.members()) {
            registry = registry.with(new Entry(
                    member.hotkey(),
                    member.coldkey(),
                    rolesOf(member),
                    member.label(),
                    Limits.FACTOR_ONE,
                    member.has(Role.VALIDATOR) ? 1 : 0));
        }
        return registry;
    }

    /** Authority is whom genesis names as one, whatever the member's bits say. */
    private int rolesOf(Genesis.Member member) {
        int roles = member.roles() & ~Role.AUTHORITY.bit();
        return genesis.authorityIndex(member.hotkey()) < 0 ? roles : roles | Role.AUTHORITY.bit();
    }

    /** @param trustQ16 of a newcomer */
    Ruling<Registry> register(Registry registry, Hotkey hotkey, Register register, int trustQ16) {
        if (registry.entry(hotkey).isPresent()) {
            return new Ruling.Refused<>(Reason.REPEATED, "hotkey " + hotkey.brief() + " is registered");
        }
        if (Role.AUTHORITY.in(register.roles()) || register.roles() == 0) {
            return refuse("roles: " + register.roles() + " (expected: some, and not authority)");
        }
        if (register.label().chars().anyMatch(Character::isISOControl)) {
            return refuse("label: has control characters (expected: none)");
        }
        if (registry.byHotkey().size() >= Limits.REGISTRY_MAX_COUNT) {
            return refuse("registry: full (expected: at most " + Limits.REGISTRY_MAX_COUNT + ")");
        }
        if (!isEnough(workHash(run, hotkey, register.work(), crypto))) {
            return refuse("work: too little (expected: " + Limits.REGISTER_WORK_BITS + " zero bits)");
        }
        return new Ruling.Counted<>(
                registry.with(new Entry(hotkey, register.coldkey(), register.roles(), register.label(), trustQ16, 0)));
    }

    /** Rule H7. The last rounds may be evaluated, by validators that had stake in them, each round once. */
    static Ruling<Trusts> evaluate(Trusts trusts, Registry registry, Hotkey validator, Evaluate said) {
        Optional<Findings> findings = trusts.findings(said.round());
        if (findings.isEmpty()) {
            return new Ruling.Refused<>(
                    Reason.WRONG_ROUND, "Evaluate round: " + said.round() + " (expected: one sealed lately)");
        }
        if (findings.get().spoken().contains(validator)) {
            return new Ruling.Refused<>(Reason.REPEATED, "Evaluate: said for round " + said.round());
        }
        if (!findings.get().stakes().containsKey(validator)) {
            return new Ruling.Refused<>(
                    Reason.NOT_ELIGIBLE, "Evaluate: " + validator.brief() + " had no stake in this round");
        }
        for (Hotkey trainer : said.passed().keySet()) {
            if (!findings.get().tallies().containsKey(trainer)) {
                return new Ruling.Refused<>(
                        Reason.UNKNOWN, "trainer: " + trainer.brief() + " (expected: of the round's collect set)");
            }
            if (isOwn(registry, validator, trainer)) {
                return new Ruling.Refused<>(Reason.OWN, "Evaluate: " + trainer.brief() + " is its own (rule A3)");
            }
        }
        return new Ruling.Counted<>(trusts.after(said.round(), validator, said.passed()));
    }

    /** Whose trust may be spoken of from now on. @param round as it was before the block that sealed it */
    static Trusts sealed(Trusts trusts, Registry registry, RoundState round, SealedRound sealed) {
        TreeMap<Hotkey, Long> stakes = new TreeMap<>(round.stakes());
        stakes.keySet().removeAll(round.suspended());
        TreeSet<Hotkey> trainers = new TreeSet<>();
        sealed.collectSet().forEach(commitment -> trainers.add(commitment.hotkey()));
        return trusts.sealed(
                round.round(), stakes, trainers, (validator, trainer) -> isOwn(registry, validator, trainer));
    }

    private static boolean isOwn(Registry registry, Hotkey validator, Hotkey trainer) {
        return validator.equals(trainer)
                || registry.entry(validator)
                        .map(Entry::coldkey)
                        .equals(registry.entry(trainer).map(Entry::coldkey));
    }

    private static Ruling<Registry> refuse(String detail) {
        return new Ruling.Refused<>(Reason.REGISTRATION, detail);
    }

    private static boolean isEnough(Hash hash) {
        return Long.numberOfLeadingZeros(hash.a()) >= Limits.REGISTER_WORK_BITS;
    }

    private static Hash workHash(RunId run, Hotkey hotkey, long work, Crypto crypto) {
        return crypto.sha256(new ByteWriter(96)
                .raw(WORK_DOMAIN)
                .hash(run.hash())
                .hash(hotkey.hash())
                .i64(work)
                .toByteArray());
    }
}
