package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
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
import java.util.SortedMap;

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

    Ruling<Registry> register(Registry registry, Hotkey hotkey, Register register) {
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
        return new Ruling.Counted<>(registry.with(
                new Entry(hotkey, register.coldkey(), register.roles(), register.label(), Limits.FACTOR_ONE, 0)));
    }

    /** Rule H7. The last rounds may be evaluated, by validators with stake, each round once. */
    Ruling<Trusts> evaluate(Trusts trusts, Registry registry, Hotkey validator, Evaluate said, long lastSealed) {
        if (said.round() > lastSealed || said.round() < Math.max(1, Trusts.oldest(lastSealed))) {
            return RoundRules.wrongRound("Evaluate", said.round(), lastSealed);
        }
        if (trusts.hasSaid(said.round(), validator)) {
            return new Ruling.Refused<>(Reason.REPEATED, "Evaluate: said for round " + said.round());
        }
        SortedMap<Hotkey, Long> stakes = registry.stakes();
        if (stakes.getOrDefault(validator, 0L) == 0) {
            return new Ruling.Refused<>(Reason.NOT_ELIGIBLE, "Evaluate: " + validator.brief() + " has no stake");
        }
        for (Hotkey trainer : said.passed().keySet()) {
            if (!registry.has(trainer, Role.TRAINER)) {
                return new Ruling.Refused<>(
                        Reason.UNKNOWN, "trainer: " + trainer.brief() + " (expected: registered as one)");
            }
            if (isOwn(registry, validator, trainer)) {
                return new Ruling.Refused<>(Reason.OWN, "Evaluate: " + trainer.brief() + " is its own (rule A3)");
            }
        }
        return new Ruling.Counted<>(trusts.after(said.round(), validator, said.passed(), stakes));
    }

    private static boolean isOwn(Registry registry, Hotkey validator, Hotkey trainer) {
        return registry.entry(validator)
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
