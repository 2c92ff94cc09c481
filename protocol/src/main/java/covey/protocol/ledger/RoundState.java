package covey.protocol.ledger;

import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The round in progress as the ledger knows it. Lists keep ledger order unless said otherwise.
 *
 * @param round its number, from 1
 * @param open where and when it opened
 * @param eligible E_r: trainers that the round waits for, by hotkey (rule D1)
 * @param spares trainers whose Ready came after OPEN, at most two, in ledger order (rule I2)
 * @param stakes frozen stake of the validators V (rule D1)
 * @param absent of {@code eligible}, whom nobody waits for now
 * @param suspended validators that fell silent (rule D7)
 * @param slots first position in the pass of each data slot; slot i belongs to the i-th of {@code eligible}, then two
 *     spares, then nobody
 * @param pass number of the pass that the slots are positions of
 * @param commits commitments that count
 * @param closed where and when COMMIT closed; empty while it is open
 * @param verdicts by validator, then by contribution: rejection code, 0 = accepted
 * @param attested validators that attested in this round, with or without items
 * @param attestedAt the block since which those that attested are enough to end the round without the others (rule D7);
 *     empty while they are not
 * @param holds by hotkey: bits over {@code commits}, bit i of byte i/8, LSB first
 */
public record RoundState(
        long round,
        Mark open,
        List<Hotkey> eligible,
        List<Hotkey> spares,
        SortedMap<Hotkey, Long> stakes,
        SortedSet<Hotkey> absent,
        SortedSet<Hotkey> suspended,
        List<Long> slots,
        long pass,
        List<Commitment> commits,
        Optional<Mark> closed,
        SortedMap<Hotkey, SortedMap<ContentId, Integer>> verdicts,
        SortedSet<Hotkey> attested,
        Optional<Mark> attestedAt,
        SortedMap<Hotkey, Bytes> holds) {

    /** A block at which something happened. */
    public record Mark(long height, long timeMs, Hash beacon) {}

    /**
     * @param timeMs ledger time of the block that carries it
     * @param trustQ16 factor t of rule H7 of its owner at that block, in 1/65536
     */
    public record Commitment(
            Hotkey hotkey, ContentId contribution, long lengthBytes, long height, long timeMs, int trustQ16) {}

    /** A commitment that a sealed round did not accept. @param code rejection code; 0 = nobody could fetch it */
    public record Refused(Hotkey hotkey, ContentId contribution, int code) {
        /** Code of a commitment that no validator may judge (rule D7, S = 0). */
        public static final int NO_JUDGE = 0xFFFF;
    }

    /**
     * A round that has ended.
     *
     * @param collectSet what is applied, ordered by hotkey (rule D8)
     * @param unselected accepted but above the cap
     * @param refused rejected or unfetched
     */
    public record SealedRound(
            long round,
            Mark open,
            Mark closed,
            Mark sealed,
            List<Commitment> collectSet,
            List<Commitment> unselected,
            List<Refused> refused) {
        /** Selected or not, each by hotkey. */
        public List<Commitment> accepted() {
            return Stream.concat(collectSet.stream(), unselected.stream()).toList();
        }
    }

    /** Of {@code eligible} or a spare: may commit in this round. */
    public boolean mayCommit(Hotkey hotkey) {
        return eligible.contains(hotkey) || spares.contains(hotkey);
    }

    public boolean isClosed() {
        return closed.isPresent();
    }

    public Optional<Commitment> commitment(Hotkey hotkey) {
        return commits.stream().filter(c -> c.hotkey().equals(hotkey)).findFirst();
    }

    /** Whether {@code holder} said that it holds the commitment at {@code index} of {@code commits}. */
    public boolean isHeld(Hotkey holder, int index) {
        Bytes bitmap = holds.get(holder);
        return bitmap != null && (bitmap.unsafeArray()[index >> 3] >> (index & 7) & 1) != 0;
    }

    /** Who, other than its owner, said by accept or Holds that it has the commitment at {@code index}. */
    public SortedSet<Hotkey> holders(int index) {
        Commitment commitment = commits.get(index);
        SortedSet<Hotkey> holders = new TreeSet<>();
        holds.keySet().stream().filter(h -> isHeld(h, index)).forEach(holders::add);
        verdicts.forEach((validator, codes) -> {
            if (Integer.valueOf(0).equals(codes.get(commitment.contribution()))) {
                holders.add(validator);
            }
        });
        holders.remove(commitment.hotkey());
        return holders;
    }

    /** Whose data slot number {@code slot} is; empty for one that nobody has (rule I2). */
    public Optional<Hotkey> slotHolder(int slot) {
        if (slot < eligible.size()) {
            return Optional.of(eligible.get(slot));
        }
        int spare = slot - eligible.size();
        return spare < spares.size() ? Optional.of(spares.get(spare)) : Optional.empty();
    }

    RoundState withSpares(List<Hotkey> nextSpares) {
        return new RoundState(
                round,
                open,
                eligible,
                nextSpares,
                stakes,
                absent,
                suspended,
                slots,
                pass,
                commits,
                closed,
                verdicts,
                attested,
                attestedAt,
                holds);
    }

    RoundState withAbsent(SortedSet<Hotkey> nextAbsent) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                nextAbsent,
                suspended,
                slots,
                pass,
                commits,
                closed,
                verdicts,
                attested,
                attestedAt,
                holds);
    }

    RoundState withSuspended(SortedSet<Hotkey> nextSuspended) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                absent,
                nextSuspended,
                slots,
                pass,
                commits,
                closed,
                verdicts,
                attested,
                attestedAt,
                holds);
    }

    RoundState withCommits(List<Commitment> nextCommits) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                absent,
                suspended,
                slots,
                pass,
                nextCommits,
                closed,
                verdicts,
                attested,
                attestedAt,
                holds);
    }

    RoundState withClosed(Mark nextClosed) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                absent,
                suspended,
                slots,
                pass,
                commits,
                Optional.of(nextClosed),
                verdicts,
                attested,
                attestedAt,
                holds);
    }

    RoundState withVerdicts(
            SortedMap<Hotkey, SortedMap<ContentId, Integer>> nextVerdicts, SortedSet<Hotkey> nextAttested) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                absent,
                suspended,
                slots,
                pass,
                commits,
                closed,
                nextVerdicts,
                nextAttested,
                attestedAt,
                holds);
    }

    RoundState withAttestedAt(Optional<Mark> nextAttestedAt) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                absent,
                suspended,
                slots,
                pass,
                commits,
                closed,
                verdicts,
                attested,
                nextAttestedAt,
                holds);
    }

    RoundState withHolds(SortedMap<Hotkey, Bytes> nextHolds) {
        return new RoundState(
                round,
                open,
                eligible,
                spares,
                stakes,
                absent,
                suspended,
                slots,
                pass,
                commits,
                closed,
                verdicts,
                attested,
                attestedAt,
                nextHolds);
    }
}
