package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Economy.Seat;
import covey.protocol.ledger.economy.Mechanism.Commit;
import covey.protocol.ledger.economy.Mechanism.Row;
import covey.protocol.ledger.economy.Mechanism.Score;
import covey.protocol.ledger.economy.Payment.Kind;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.yuma.EpochInput;
import covey.protocol.yuma.EpochInput.Slot;
import covey.protocol.yuma.EpochResult;
import covey.protocol.yuma.EpochResult.Outcome;
import covey.protocol.yuma.Fixed;
import covey.protocol.yuma.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happens at the end of a block, in this order: prices fall, the block's emission is divided between mechanisms,
 * epochs that are due pay. Of a mechanism's pot its owner gets the cut, the rest is the epoch rule's to divide; what it
 * leaves over stays in the pot.
 */
final class EpochRules {
    private final Economics economics;
    private final SlotRules slotRules;
    private final MechanismRules mechanismRules;
    private final StakeRules stakeRules;
    private final StreamRules streamRules;

    EpochRules(Economics economics, StakeRules stakeRules, StreamRules streamRules) {
        this.economics = economics;
        this.slotRules = new SlotRules(economics);
        this.mechanismRules = new MechanismRules(economics);
        this.stakeRules = stakeRules;
        this.streamRules = streamRules;
    }

    void endBlock(Books books) {
        books.setPrices(
                slotRules.price().afterBlock(books.totals().uidPrice()),
                mechanismRules.price().afterBlock(books.totals().mechanismPrice()));
        emit(books);
        List.copyOf(books.mechanisms.view().values()).stream()
                .filter(m -> books.height >= m.lastEpochHeight() + economics.tempoBlocks())
                .limit(Limits.BLOCK_EPOCHS_MAX_COUNT)
                .forEach(m -> run(books, m.id()));
    }

    /**
     * Units of a block: the first half of the supply at the full rate, half of what is left at half the rate, and so
     * on.
     */
    static long blockAmount(Economics.Emission emission, long issued) {
        long left = emission.maxSupply() - issued;
        if (left <= 0) {
            return 0;
        }
        int halvings = 63 - Long.numberOfLeadingZeros(emission.maxSupply() / left);
        return Math.min(left, emission.blockAmount() >> halvings);
    }

    private void emit(Books books) {
        long amount = blockAmount(economics.emission(), books.totals().issued());
        if (amount > 0 && !books.mechanisms.view().isEmpty()) {
            books.mint(amount);
            long[] parts = divide(books, amount);
            for (Mechanism mechanism : List.copyOf(books.mechanisms.view().values())) {
                books.put(mechanism.withPending(mechanism.pending() + parts[mechanism.id()]));
            }
        }
    }

    /** By the shares of genesis, or by votes of stake; without votes the mechanisms of genesis share equally. */
    private long[] divide(Books books, long amount) {
        int count = books.mechanisms.view().size();
        long[] weights = new long[count];
        List<Integer> fixed = economics.emission().splitU16();
        if (!fixed.isEmpty()) {
            for (int i = 0; i < fixed.size(); i++) {
                weights[i] = fixed.get(i);
            }
            return Split.byU16(amount, weights);
        }
        books.votes.view().forEach((hotkey, votes) -> addVotes(weights, votes, books.stakeOf(hotkey)));
        if (Fixed.sum(weights) == 0) {
            for (int i = 0; i < Math.max(1, economics.mechanisms().size()); i++) {
                weights[i] = 1;
            }
        }
        return Split.of(amount, weights);
    }

    private static void addVotes(long[] weights, SortedMap<Integer, Integer> votes, long stake) {
        long sum = votes.values().stream().mapToLong(Integer::longValue).sum();
        votes.forEach((id, value) -> weights[id] += Fixed.mulDiv(stake, value, sum));
    }

    private void run(Books books, int id) {
        Mechanism mechanism = books.mechanism(id).orElseThrow();
        long cut = mechanism.owner().isEmpty()
                ? 0
                : Fixed.mulDiv(mechanism.pending(), economics.emission().ownerCutU16(), Fixed.U16_MAX);
        long pot = mechanism.pending() - cut;
        EpochResult result = mechanism.terms().rule().apply(input(books, mechanism, pot));
        mechanism.owner().ifPresent(owner -> payOwner(books, mechanism, owner, cut));
        long left = pot;
        for (int uid = 0; uid < result.slots().size(); uid++) {
            Outcome outcome = result.slots().get(uid);
            pay(books, new Earned(mechanism, uid, pot), outcome);
            left -= outcome.incentivePay() + outcome.dividendPay();
        }
        long next = mechanism.epoch() + 1;
        SortedMap<Integer, Row> rows = new TreeMap<>();
        mechanism
                .rows()
                .forEach((uid, row) -> rows.put(
                        uid,
                        after(
                                row,
                                result.slots().get(uid),
                                next - mechanism.terms().revealEpochs())));
        books.put(mechanism.withRows(rows).withPending(left).afterEpoch(books.height));
    }

    private EpochInput input(Books books, Mechanism mechanism, long pot) {
        List<Slot> slots = new ArrayList<>();
        books.seats.view().forEach((uid, seat) -> slots.add(slot(books, mechanism.row(uid), seat)));
        OptionalInt owner =
                mechanism.owner().flatMap(books::uidOf).map(OptionalInt::of).orElse(OptionalInt.empty());
        long lastTempo =
                mechanism.epoch() == 0 ? books.height - economics.tempoBlocks() : mechanism.lastEpochHeight() + 1;
        return new EpochInput(books.height, lastTempo, owner, pot, slots);
    }

    private static Slot slot(Books books, Row row, Seat seat) {
        return new Slot(
                books.stakeOf(seat.hotkey()),
                row.lastUpdate(),
                seat.registered(),
                row.permit(),
                row.commits().isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(row.commits().getFirst().height()),
                row.resetsBonds(),
                row.follows(),
                row.weights(),
                row.bonds());
    }

    /** Commits that were due before {@code oldestEpoch} have expired. */
    private static Row after(Row row, Outcome o, long oldestEpoch) {
        List<Commit> live =
                row.commits().stream().filter(c -> c.epoch() >= oldestEpoch).toList();
        return new Row(
                row.weights(),
                o.bonds(),
                row.lastUpdate(),
                live,
                false,
                row.follows(),
                o.permit(),
                new Score(o.active(), o.consensusU16(), o.trustU16(), o.incentiveU16(), o.dividendsU16(), o.pay()));
    }

    private void payOwner(Books books, Mechanism mechanism, Hotkey owner, long cut) {
        Hotkey account = books.coldkeys.apply(owner).orElse(owner);
        earn(books, new Payment(Kind.OWNER_CUT, mechanism.id(), owner, account, cut, mechanism.pending(), 0));
    }

    /** Of a payment to an account its streams take their parts first; the rest is free. */
    private void earn(Books books, Payment due) {
        long kept = streamRules.withhold(books, due.account(), due.account(), due.amount());
        books.credit(due.account(), kept);
        note(books, due, kept);
    }

    private static void note(Books books, Payment due, long kept) {
        books.note(new Payment(
                due.kind(), due.source(), due.hotkey(), due.account(), due.amount(), due.pot(), due.amount() - kept));
    }

    /** @param pot of the mechanism, without the owner's cut */
    private record Earned(Mechanism mechanism, int uid, long pot) {}

    /** Work is paid to the coldkey; of dividends the hotkey's take too, and the rest is added to the stakers' stake. */
    private void pay(Books books, Earned earned, Outcome outcome) {
        Hotkey hotkey = books.seats.get(earned.uid()).orElseThrow().hotkey();
        Hotkey coldkey = books.coldkeys.apply(hotkey).orElseThrow();
        int id = earned.mechanism().id();
        long dividend = outcome.dividendPay();
        long take = books.stakers(hotkey).isEmpty()
                ? dividend
                : Fixed.mulDiv(dividend, stakeRules.takeOf(books, hotkey), Fixed.U16_MAX);
        earn(books, new Payment(Kind.INCENTIVE, id, hotkey, coldkey, outcome.incentivePay(), earned.pot(), 0));
        earn(books, new Payment(Kind.TAKE, id, hotkey, coldkey, take, dividend, 0));
        payStakers(books, id, hotkey, dividend, dividend - take);
    }

    private void payStakers(Books books, int id, Hotkey hotkey, long dividend, long amount) {
        SortedMap<Hotkey, Long> stakers = new TreeMap<>(books.stakers(hotkey));
        long[] parts =
                Split.of(amount, stakers.values().stream().mapToLong(v -> v).toArray());
        int i = 0;
        for (var staker : stakers.entrySet()) {
            Payment due = new Payment(Kind.DIVIDEND, id, hotkey, staker.getKey(), parts[i++], dividend, 0);
            long kept = streamRules.withhold(books, due.account(), due.account(), due.amount());
            staker.setValue(staker.getValue() + kept);
            note(books, due, kept);
        }
        books.setStakers(hotkey, stakers);
    }
}
