package covey.chaos.hostile;

import covey.actors.judge.RoundScorer;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.assign.DataAssignment;
import covey.protocol.assign.DataCursor;
import covey.protocol.contribution.ContributionCheck;
import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionReader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.contribution.Rejection;
import covey.protocol.contribution.SampleRoot;
import covey.protocol.inspect.CheapCheck;
import covey.protocol.inspect.Earlier;
import covey.protocol.inspect.Fingerprint;
import covey.protocol.inspect.Inspection;
import covey.protocol.inspect.RelativeCheck;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import covey.protocol.score.Outcome;
import covey.protocol.score.ScoreBook;
import covey.protocol.score.ScorePlan;
import covey.protocol.score.Verdict;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.ContentHash;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Rounds of trainers, some of them hostile, and one validator in one thread, without ledger and network: real engines,
 * contributions, checks, scores and outer steps. Everything follows from the seed.
 */
final class AttackRun implements AutoCloseable {
    /** @param kind empty for an honest one */
    record Trainer(Crypto.Signer signer, Engine engine, Optional<Cheat> kind) {
        Hotkey hotkey() {
            return signer.hotkey();
        }
    }

    private final Genesis genesis;
    private final RunId run;
    private final Crypto crypto = new Ed25519Crypto();
    private final List<Trainer> trainers = new ArrayList<>();
    private final Engine judge;
    private final Layout layout;
    private final ContributionCheck check;
    private final DataAssignment assignment;
    private final RoundScorer scorer;
    private final Defenses defenses;
    private final long seed;
    private final SortedMap<ContentId, MemorySegment> contents = new TreeMap<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Fingerprint> recent = new ArrayList<>();
    private final List<Long> trainNs = new ArrayList<>();
    private final List<Long> scoreNs = new ArrayList<>();
    private final List<Inspection> inspections = new ArrayList<>();
    private final SortedMap<Hotkey, Integer> applied = new TreeMap<>();
    private DataCursor cursor = DataCursor.START;
    private Trusts trusts = Trusts.NONE;
    private ScoreBook book = ScoreBook.EMPTY;

    /**
     * What follows for θ from what the validator sees.
     *
     * @param trust whether trust factors follow from the validator's evaluations (rule H7)
     * @param reject whether copies and what the cheap checks find are rejected before they are applied
     */
    record Defenses(boolean trust, boolean reject) {
        static final Defenses NONE = new Defenses(false, false);
        /** What nodes do. */
        static final Defenses ALL = new Defenses(true, true);
    }

    /**
     * @param kinds one a trainer
     * @param engines makes an engine for a trainer or the validator
     */
    AttackRun(Genesis genesis, List<Optional<Cheat>> kinds, Supplier<Engine> engines, Defenses defenses, long seed) {
        this.genesis = genesis;
        this.defenses = defenses;
        this.seed = seed;
        run = new RunId(crypto.sha256(new ByteWriter().i64(seed).toByteArray()));
        layout = Layout.of(genesis.model());
        check = new ContributionCheck(run, layout, genesis.training(), crypto);
        assignment = new DataAssignment(run, genesis.trainWindows(), crypto);
        scorer = new RoundScorer(
                genesis,
                new ScorePlan(genesis.training(), assignment, crypto),
                id -> Optional.ofNullable(contents.get(id)));
        for (int i = 0; i < kinds.size(); i++) {
            trainers.add(trainer(i, kinds.get(i), engines.get()));
        }
        trainers.sort(Comparator.comparing(Trainer::hotkey));
        trainers.forEach(trainer -> trainer.engine().initialize());
        judge = engines.get();
        judge.initialize();
    }

    private Trainer trainer(int number, Optional<Cheat> kind, Engine honest) {
        Crypto.Signer signer = Ed25519Signer.of(beacon("key", number).bytes());
        Engine engine = kind.<Engine>map(cheat -> new CheatingEngine(cheat, honest, genesis, signer.hotkey()))
                .orElse(honest);
        return new Trainer(signer, engine, kind);
    }

    private Hash beacon(String what, long number) {
        return crypto.sha256(new ByteWriter().text(what).i64(seed).i64(number).toByteArray());
    }

    List<Trainer> trainers() {
        return trainers;
    }

    ScoreBook book() {
        return book;
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    /** What the cheap checks saw, of all trainers and rounds. */
    List<Inspection> inspections() {
        return inspections;
    }

    /** Its contributions that entered θ. */
    int applied(Hotkey hotkey) {
        return applied.getOrDefault(hotkey, 0);
    }

    /** Median time of an honest trainer's round, over the second half of the run. */
    double trainNs() {
        return laterMedian(trainNs);
    }

    /** Median time of the validator's scores of a round, over the second half of the run. */
    double scoreNs() {
        return laterMedian(scoreNs);
    }

    private static double laterMedian(List<Long> times) {
        List<Long> later =
                times.subList(times.size() / 2, times.size()).stream().sorted().toList();
        return later.isEmpty() ? Double.NaN : later.get(later.size() / 2);
    }

    double heldOutLoss(long[] windows) {
        return judge.heldOutLoss(windows);
    }

    void round(long round) {
        contents.clear();
        RoundState open = open(round);
        List<Commitment> commits = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (int i = 0; i < trainers.size(); i++) {
            Trainer trainer = trainers.get(i);
            contribution(trainer, open, i).ifPresent(content -> {
                ContentId id = ContentHash.of(content, crypto);
                contents.put(id, content);
                commits.add(new Commitment(
                        trainer.hotkey(), id, content.byteSize(), round, round, factorQ16(trainer.hotkey())));
                verdict(trainer, content, round)
                        .ifPresent(code -> refused.add(new Refused(trainer.hotkey(), id, code)));
            });
        }
        close(open, commits, refused);
    }

    private RoundState open(long round) {
        int slotWindows = genesis.training().batch() * genesis.training().innerSteps();
        DataCursor.Taken taken = cursor.take(trainers.size() + 3, slotWindows, genesis.trainWindows());
        cursor = taken.next();
        Hash beacon = beacon("open", round);
        return new RoundState(
                round,
                new Mark(round, round, beacon),
                trainers.stream().map(Trainer::hotkey).toList(),
                List.of(),
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                DataAssignment.permute(taken.slots(), beacon, round, crypto),
                taken.pass(),
                List.of(),
                Optional.of(new Mark(round, round, beacon("closed", round))),
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Optional.empty(),
                Collections.emptySortedMap());
    }

    /** Empty if its training diverged. */
    private Optional<MemorySegment> contribution(Trainer trainer, RoundState round, int slot) {
        Genesis.Training training = genesis.training();
        long[] windows =
                assignment.windows(round.pass(), round.slots().get(slot), training.batch() * training.innerSteps());
        long beganNs = System.nanoTime();
        trainer.engine().train(windows, round.round() - 1, () -> false, (step, loss, rate) -> {});
        Engine.Compressed made = trainer.engine().compress();
        if (trainer.kind().isEmpty()) {
            trainNs.add(System.nanoTime() - beganNs);
        }
        if (!made.finite()) {
            return Optional.empty();
        }
        ContributionHeader header = new ContributionHeader(
                run,
                round.round(),
                trainer.hotkey(),
                judge.stateRoot(),
                layout.hash(crypto),
                SampleRoot.of(windows, windows.length, crypto),
                training.innerSteps(),
                training.bits());
        return Optional.of(MemorySegment.ofArray(
                ContributionWriter.seal(header, layout, made.planes(), trainer.signer(), crypto)));
    }

    private Optional<Integer> verdict(Trainer trainer, MemorySegment content, long round) {
        var expected = new ContributionCheck.Expected(round, trainer.hotkey(), judge.stateRoot(), content.byteSize());
        return check.check(content, expected).map(Rejection::code);
    }

    private void close(RoundState open, List<Commitment> commits, List<Refused> refused) {
        List<Hotkey> bad = refused.stream().map(Refused::hotkey).toList();
        List<Commitment> accepted =
                commits.stream().filter(c -> !bad.contains(c.hotkey())).toList();
        RoundState closed = new RoundState(
                open.round(),
                open.open(),
                open.eligible(),
                open.spares(),
                open.stakes(),
                open.absent(),
                open.suspended(),
                open.slots(),
                open.pass(),
                List.copyOf(commits),
                open.closed(),
                open.verdicts(),
                open.attested(),
                open.attestedAt(),
                open.holds());
        Mark mark = open.open();
        List<Engine.Applied> collectSet = unsuspected(accepted, open.round()).stream()
                .map(c -> new Engine.Applied(c.hotkey(), content(c), c.trustQ16()))
                .toList();
        collectSet.forEach(one -> applied.merge(one.hotkey(), 1, Integer::sum));
        judge.mark();
        ScoreBook.Page page =
                score(closed, new SealedRound(open.round(), mark, mark, mark, accepted, List.of(), refused));
        evaluate(open.round(), collectSet, page.evaluations());
        ContentId root = judge.apply(collectSet);
        for (Trainer trainer : trainers) {
            if (!trainer.engine().apply(collectSet).equals(root)) {
                throw new IllegalStateException("state root: differs (expected: equal on all replicas)");
            }
        }
    }

    private MemorySegment content(Commitment commitment) {
        return Optional.ofNullable(contents.get(commitment.contribution())).orElseThrow();
    }

    private int factorQ16(Hotkey hotkey) {
        return defenses.trust() ? trusts.factorQ16(hotkey) : Limits.FACTOR_ONE;
    }

    /** Here the only validator holds all the stake, so what it finds counts from the next round on. */
    private void evaluate(long round, List<Engine.Applied> collectSet, SortedMap<Hotkey, Boolean> found) {
        TreeSet<Hotkey> collected = new TreeSet<>();
        collectSet.forEach(one -> collected.add(one.hotkey()));
        TreeMap<Hotkey, Boolean> ofCollected = new TreeMap<>(found);
        ofCollected.keySet().retainAll(collected);
        Hotkey validator = new Hotkey(beacon("validator", 0));
        trusts = trusts.sealed(round, new TreeMap<>(Map.of(validator, 1L)), collected, (_, _) -> false)
                .after(round, validator, ofCollected);
    }

    /** Those of the round that the cheap checks find nothing about; all of them where nothing is rejected. */
    private List<Commitment> unsuspected(List<Commitment> accepted, long round) {
        List<Fingerprint> seen = accepted.stream()
                .map(c -> Fingerprint.of(c.hotkey(), round, ContributionReader.planesOf(content(c), layout)))
                .toList();
        inspections.addAll(CheapCheck.of(seen, recent));
        SortedMap<Hotkey, Rejection> suspects = RelativeCheck.of(seen, recent);
        recent.addAll(seen);
        recent.removeIf(old -> old.round() <= round - Earlier.ROUNDS);
        return defenses.reject()
                ? accepted.stream()
                        .filter(c -> !suspects.containsKey(c.hotkey()))
                        .toList()
                : accepted;
    }

    private ScoreBook.Page score(RoundState closed, SealedRound sealed) {
        long beganNs = System.nanoTime();
        List<Outcome> outcomes = scorer.score(closed, sealed, book, judge);
        scoreNs.add(System.nanoTime() - beganNs);
        TreeSet<Hotkey> agreeing = new TreeSet<>(closed.eligible());
        ScoreBook.Page page = book.after(new ScoreBook.Round(closed.round(), outcomes, agreeing, 0));
        book = page.next();
        verdicts.addAll(page.verdicts());
        return page;
    }

    @Override
    public void close() {
        trainers.forEach(trainer -> trainer.engine().close());
        judge.close();
    }

    static List<Optional<Cheat>> kinds(int honest, Optional<Cheat> cheat, int attackers) {
        List<Optional<Cheat>> kinds = new ArrayList<>(Collections.nCopies(honest, Optional.<Cheat>empty()));
        kinds.addAll(Collections.nCopies(attackers, cheat));
        return kinds;
    }
}
