package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.Follow;
import covey.protocol.ledger.economy.EconomyStatement.ResetBonds;
import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.Mechanism.Commit;
import covey.protocol.ledger.economy.Mechanism.Row;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.yuma.EpochInput.Cell;
import covey.protocol.yuma.EpochRule;
import covey.protocol.yuma.WeightCommit;
import covey.protocol.yuma.WeightRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Rows of weights. Each check stands in the order in which Bittensor makes it, so that both refuse a row for the same
 * reason.
 */
record WeightRules(Economics economics) {
    Optional<Refused> set(Books books, Hotkey hotkey, SetWeights s) {
        return shape(books, s)
                .or(() -> isHidden(books, s.mechanism())
                        ? Refused.because(Why.COMMIT_REVEAL_ENABLED, "mechanism: commits weights first")
                        : Optional.empty())
                .or(() -> standing(books, hotkey, s.mechanism()))
                .or(() -> version(books, s))
                .or(() -> tooFast(books, hotkey, s.mechanism(), Why.SETTING_WEIGHTS_TOO_FAST))
                .or(() -> content(books, hotkey, s))
                .or(() -> {
                    store(books, hotkey, s, books.height);
                    return Optional.empty();
                });
    }

    Optional<Refused> commit(Books books, Hotkey hotkey, CommitWeights s) {
        if (books.mechanism(s.mechanism()).isEmpty()) {
            return unknown(s.mechanism());
        }
        if (!isHidden(books, s.mechanism())) {
            return Refused.because(Why.COMMIT_REVEAL_DISABLED, "mechanism: sets weights in the open");
        }
        return standing(books, hotkey, s.mechanism())
                .or(() -> tooFast(books, hotkey, s.mechanism(), Why.COMMITTING_WEIGHTS_TOO_FAST))
                .or(() -> {
                    Mechanism mechanism = books.mechanism(s.mechanism()).orElseThrow();
                    int uid = books.uidOf(hotkey).orElseThrow();
                    Row row = mechanism.row(uid);
                    if (row.commits().size() >= Limits.COMMITS_MAX_COUNT) {
                        return Refused.because(
                                Why.TOO_MANY_UNREVEALED_COMMITS,
                                "commits: " + row.commits().size());
                    }
                    List<Commit> commits = new ArrayList<>(row.commits());
                    commits.add(new Commit(s.hash(), books.height, mechanism.epoch()));
                    books.put(mechanism.withRow(uid, row.withCommits(commits, books.height)));
                    return Optional.empty();
                });
    }

    /** The reveal counts in one epoch only, and leaves the time of the last update as the commit set it. */
    Optional<Refused> reveal(Books books, Hotkey hotkey, RevealWeights s) {
        SetWeights weights = s.weights();
        return shape(books, weights)
                .or(() -> standing(books, hotkey, weights.mechanism()))
                .or(() -> version(books, weights))
                .or(() -> matching(books, hotkey, s))
                .or(() -> content(books, hotkey, weights))
                .or(() -> {
                    Mechanism mechanism = books.mechanism(weights.mechanism()).orElseThrow();
                    int uid = books.uidOf(hotkey).orElseThrow();
                    Row row = mechanism.row(uid);
                    int at = indexOf(row, hashOf(hotkey, s));
                    List<Commit> left =
                            row.commits().subList(at + 1, row.commits().size());
                    books.put(mechanism.withRow(uid, row.withCommits(left, row.lastUpdate())));
                    store(books, hotkey, weights, row.lastUpdate());
                    forgetPast(
                            books,
                            weights.mechanism(),
                            uid,
                            row.commits().get(at).height());
                    return Optional.empty();
                });
    }

    /** What was committed for whom had a uid before becomes an explicit 0. */
    private static void forgetPast(Books books, int id, int uid, long committed) {
        Mechanism mechanism = books.mechanism(id).orElseThrow();
        Row row = mechanism.row(uid);
        for (var seat : books.seats.view().entrySet()) {
            row = committed < seat.getValue().registered() ? row.withoutPast(seat.getKey()) : row;
        }
        books.put(mechanism.withRow(uid, row));
    }

    Optional<Refused> reset(Books books, Hotkey hotkey, ResetBonds s) {
        return change(
                books,
                hotkey,
                s.mechanism(),
                (mechanism, uid) ->
                        books.put(mechanism.withRow(uid, mechanism.row(uid).withReset())));
    }

    Optional<Refused> follow(Books books, Hotkey hotkey, Follow s) {
        Optional<Integer> followed = books.uidOf(s.hotkey());
        if (followed.isEmpty()) {
            return Refused.because(
                    Why.UID_VEC_CONTAINS_INVALID_ONE, "hotkey: " + s.hotkey().brief() + " (expected: with a uid)");
        }
        OptionalInt to = s.hotkey().equals(hotkey) ? OptionalInt.empty() : OptionalInt.of(followed.get());
        return change(
                books,
                hotkey,
                s.mechanism(),
                (mechanism, uid) ->
                        books.put(mechanism.withRow(uid, mechanism.row(uid).following(to))));
    }

    /** A change of the signer's row. */
    private interface Change {
        void of(Mechanism mechanism, int uid);
    }

    private static Optional<Refused> change(Books books, Hotkey hotkey, int id, Change change) {
        Optional<Mechanism> mechanism = books.mechanism(id);
        Optional<Integer> uid = books.uidOf(hotkey);
        if (mechanism.isEmpty()) {
            return unknown(id);
        }
        if (uid.isEmpty()) {
            return noUid(hotkey);
        }
        change.of(mechanism.get(), uid.get());
        return Optional.empty();
    }

    private static boolean isHidden(Books books, int id) {
        return books.mechanism(id).orElseThrow().terms().revealEpochs() > 0;
    }

    private static Optional<Refused> unknown(int id) {
        return Refused.because(Why.MECHANISM_DOES_NOT_EXIST, "mechanism: " + id + " (expected: registered)");
    }

    private static Optional<Refused> noUid(Hotkey hotkey) {
        return Refused.because(Why.HOTKEY_NOT_REGISTERED, "hotkey: " + hotkey.brief() + " (expected: with a uid)");
    }

    private static Optional<Refused> shape(Books books, SetWeights s) {
        if (s.uids().size() != s.values().size()) {
            return Refused.because(
                    Why.WEIGHT_VEC_NOT_EQUAL_SIZE,
                    "values: " + s.values().size() + " (expected: " + s.uids().size() + ")");
        }
        if (books.mechanism(s.mechanism()).isEmpty()) {
            return unknown(s.mechanism());
        }
        return s.uids().size() <= books.uidCount()
                ? Optional.empty()
                : Refused.because(
                        Why.UIDS_LENGTH_EXCEED_UIDS,
                        "uids: " + s.uids().size() + " (expected: at most " + books.uidCount() + ")");
    }

    private static Optional<Refused> standing(Books books, Hotkey hotkey, int id) {
        Mechanism mechanism = books.mechanism(id).orElseThrow();
        if (books.uidOf(hotkey).isEmpty()) {
            return noUid(hotkey);
        }
        long threshold = threshold(mechanism.terms().rule());
        return books.stakeOf(hotkey) >= threshold || isOwner(mechanism, hotkey)
                ? Optional.empty()
                : Refused.because(
                        Why.NOT_ENOUGH_STAKE_TO_SET_WEIGHTS,
                        "stake: " + books.stakeOf(hotkey) + " (expected: at least " + threshold + ")");
    }

    private static long threshold(EpochRule rule) {
        return switch (rule) {
            case EpochRule.Yuma2 r -> r.yuma().stakeThreshold();
            case EpochRule.Yuma3 r -> r.yuma().stakeThreshold();
            case EpochRule.Linear r -> r.minStake();
        };
    }

    private static boolean isOwner(Mechanism mechanism, Hotkey hotkey) {
        return mechanism.owner().filter(hotkey::equals).isPresent();
    }

    private static Optional<Refused> version(Books books, SetWeights s) {
        long least = books.mechanism(s.mechanism()).orElseThrow().terms().versionKey();
        return least == 0 || s.versionKey() >= least
                ? Optional.empty()
                : Refused.because(
                        Why.INCORRECT_WEIGHT_VERSION_KEY,
                        "version key: " + s.versionKey() + " (expected: at least " + least + ")");
    }

    private Optional<Refused> tooFast(Books books, Hotkey hotkey, int id, Why why) {
        long last = books.mechanism(id)
                .orElseThrow()
                .row(books.uidOf(hotkey).orElseThrow())
                .lastUpdate();
        long next = last + economics.weights().rateLimitBlocks();
        return last == 0 || books.height >= next
                ? Optional.empty()
                : Refused.until(why, "last weights: height " + last, next);
    }

    private Optional<Refused> content(Books books, Hotkey hotkey, SetWeights s) {
        Mechanism mechanism = books.mechanism(s.mechanism()).orElseThrow();
        int uid = books.uidOf(hotkey).orElseThrow();
        boolean self = s.uids().size() == 1 && s.uids().getFirst() == uid;
        if (!mechanism.row(uid).permit() && !isOwner(mechanism, hotkey) && !self && needsPermit(mechanism)) {
            return Refused.until(
                    Why.NEURON_NO_VALIDATOR_PERMIT,
                    "permit: none yet",
                    mechanism.lastEpochHeight() + economics.tempoBlocks() + 1);
        }
        if (new TreeSet<>(s.uids()).size() < s.uids().size()) {
            return Refused.because(Why.DUPLICATE_UIDS, "uids: one twice (expected: each once)");
        }
        if (s.uids().stream().anyMatch(u -> u < 0 || u >= books.uidCount())) {
            return Refused.because(
                    Why.UID_VEC_CONTAINS_INVALID_ONE, "uids: (expected: below " + books.uidCount() + ")");
        }
        int least = Math.min(books.uidCount(), economics.weights().minCount());
        if (s.uids().size() < least && !self) {
            return Refused.because(
                    Why.WEIGHT_VEC_LENGTH_IS_LOW,
                    "weights: " + s.uids().size() + " (expected: at least " + least + ")");
        }
        return self || WeightRow.isWithin(ints(s.values()), economics.weights().maxU16())
                ? Optional.empty()
                : Refused.because(
                        Why.MAX_WEIGHT_EXCEEDED,
                        "largest weight: (expected: at most "
                                + economics.weights().maxU16() + "/65535 of the row)");
    }

    /** In the linear rule stake is all that a validator needs. */
    private static boolean needsPermit(Mechanism mechanism) {
        return switch (mechanism.terms().rule()) {
            case EpochRule.Yuma2 _, EpochRule.Yuma3 _ -> true;
            case EpochRule.Linear _ -> false;
        };
    }

    private Optional<Refused> matching(Books books, Hotkey hotkey, RevealWeights s) {
        Mechanism mechanism = books.mechanism(s.weights().mechanism()).orElseThrow();
        Row row = mechanism.row(books.uidOf(hotkey).orElseThrow());
        if (row.commits().isEmpty()) {
            return Refused.because(Why.NO_WEIGHTS_COMMIT_FOUND, "commits: none (expected: one, and not expired)");
        }
        int at = indexOf(row, hashOf(hotkey, s));
        if (at < 0) {
            return Refused.because(Why.INVALID_REVEAL_COMMIT_HASH_NOT_MATCH, "weights: not what was committed");
        }
        long due = row.commits().get(at).epoch() + mechanism.terms().revealEpochs();
        return mechanism.epoch() >= due
                ? Optional.empty()
                : Refused.until(
                        Why.REVEAL_TOO_EARLY,
                        "epoch: " + mechanism.epoch() + ", due: " + due,
                        mechanism.lastEpochHeight() + (due - mechanism.epoch()) * economics.tempoBlocks() + 1);
    }

    private static int indexOf(Row row, Hash hash) {
        return row.commits().stream().map(Commit::hash).toList().indexOf(hash);
    }

    static Hash hashOf(Hotkey hotkey, RevealWeights s) {
        SetWeights w = s.weights();
        return Hash.of(new WeightCommit(hotkey, w.mechanism(), w.uids(), w.values(), s.salt(), w.versionKey()).hash());
    }

    private static void store(Books books, Hotkey hotkey, SetWeights s, long updated) {
        Mechanism mechanism = books.mechanism(s.mechanism()).orElseThrow();
        int uid = books.uidOf(hotkey).orElseThrow();
        int[] scaled = WeightRow.upscaled(ints(s.values()));
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < scaled.length; i++) {
            cells.add(new Cell(s.uids().get(i), scaled[i]));
        }
        cells.sort(Comparator.comparingInt(Cell::uid));
        books.put(mechanism.withRow(uid, mechanism.row(uid).withWeights(cells, updated)));
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(v -> v).toArray();
    }
}
