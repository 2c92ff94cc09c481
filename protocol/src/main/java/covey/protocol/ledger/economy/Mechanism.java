package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.yuma.EpochInput.Cell;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One proof of work under the asset: validators weigh uids by what its scorer says, its rule turns weights into pay.
 *
 * @param owner hotkey that gets the owner's cut
 * @param description hash of what says how it scores; zero for those of genesis
 * @param termsVersion counts changes of the terms
 * @param epoch number of epochs so far
 * @param lastEpochHeight of the last epoch, or the height before its first block
 * @param pending units that the next epoch pays
 * @param rows by uid
 */
public record Mechanism(
        int id,
        String name,
        Optional<Hotkey> owner,
        Hash description,
        Terms terms,
        int termsVersion,
        long epoch,
        long lastEpochHeight,
        long pending,
        SortedMap<Integer, Row> rows) {

    /**
     * What a uid has in a mechanism.
     *
     * @param lastUpdate height at which weights were set or committed last, or of registration
     * @param commits not revealed, the oldest first
     * @param resetsBonds whether the next epoch forgets bonds with it
     * @param follows uid whose weights stand for its own
     * @param permit whether it may judge
     */
    public record Row(
            List<Cell> weights,
            List<Cell> bonds,
            long lastUpdate,
            List<Commit> commits,
            boolean resetsBonds,
            OptionalInt follows,
            boolean permit,
            Score score) {
        public Row {
            weights = List.copyOf(weights);
            bonds = List.copyOf(bonds);
            commits = List.copyOf(commits);
        }

        static Row fresh(long height) {
            return new Row(List.of(), List.of(), height, List.of(), false, OptionalInt.empty(), false, Score.NONE);
        }

        Row withWeights(List<Cell> next, long updated) {
            return new Row(next, bonds, updated, commits, resetsBonds, follows, permit, score);
        }

        Row withCommits(List<Commit> next, long updated) {
            return new Row(weights, bonds, updated, next, resetsBonds, follows, permit, score);
        }

        Row withReset() {
            return new Row(weights, bonds, lastUpdate, commits, true, follows, permit, score);
        }

        Row following(OptionalInt uid) {
            return new Row(weights, bonds, lastUpdate, commits, resetsBonds, uid, permit, score);
        }

        /** Weights of whom had {@code uid} before become an explicit 0. */
        Row withoutPast(int uid) {
            List<Cell> next = new ArrayList<>();
            weights.forEach(c -> next.add(c.uid() == uid ? new Cell(uid, 0) : c));
            OptionalInt still = follows.isPresent() && follows.getAsInt() == uid ? OptionalInt.empty() : follows;
            return new Row(next, bonds, lastUpdate, commits, resetsBonds, still, permit, score);
        }
    }

    /** @param epoch of the mechanism when it was made */
    public record Commit(Hash hash, long height, long epoch) {}

    /** What the last epoch said of a uid; shares in 1/65535, pay in units. */
    public record Score(boolean active, int consensus, int trust, int incentive, int dividends, long pay) {
        public static final Score NONE = new Score(false, 0, 0, 0, 0, 0);
    }

    Row row(int uid) {
        return rows.getOrDefault(uid, Row.fresh(0));
    }

    Mechanism withRow(int uid, Row row) {
        SortedMap<Integer, Row> next = new TreeMap<>(rows);
        next.put(uid, row);
        return withRows(next);
    }

    Mechanism withRows(SortedMap<Integer, Row> next) {
        return new Mechanism(
                id,
                name,
                owner,
                description,
                terms,
                termsVersion,
                epoch,
                lastEpochHeight,
                pending,
                Collections.unmodifiableSortedMap(next));
    }

    Mechanism withPending(long next) {
        return new Mechanism(id, name, owner, description, terms, termsVersion, epoch, lastEpochHeight, next, rows);
    }

    Mechanism withTerms(Terms next) {
        return new Mechanism(
                id, name, owner, description, next, termsVersion + 1, epoch, lastEpochHeight, pending, rows);
    }

    Mechanism afterEpoch(long height) {
        return new Mechanism(id, name, owner, description, terms, termsVersion, epoch + 1, height, pending, rows);
    }
}
