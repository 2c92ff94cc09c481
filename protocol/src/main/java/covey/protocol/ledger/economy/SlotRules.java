package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Economy.Seat;
import covey.protocol.ledger.economy.EconomyStatement.BuyUid;
import covey.protocol.ledger.economy.EconomyStatement.Serve;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.yuma.BurnPrice;
import covey.protocol.yuma.Pruning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Uids. A hotkey of the registry gets one for the price of the moment, a fresh one while there are any, else that of
 * who earned least. A reused uid inherits nothing.
 */
record SlotRules(Economics economics, BurnPrice price) {
    SlotRules(Economics economics) {
        this(economics, priceOf(economics.registration().burn()));
    }

    static BurnPrice priceOf(Economics.Burn burn) {
        return new BurnPrice(burn.halfLifeBlocks(), burn.increaseQ32(), burn.min(), burn.max());
    }

    Optional<Refused> buy(Books books, Hotkey account, BuyUid s) {
        if (!books.owns(account, s.hotkey())) {
            return Refused.because(
                    Why.NOT_OWNER, "account: not the coldkey of " + s.hotkey().brief());
        }
        if (books.uidOf(s.hotkey()).isPresent()) {
            return Refused.because(
                    Why.HOTKEY_ALREADY_REGISTERED, "hotkey: " + s.hotkey().brief() + " has a uid");
        }
        long cost = books.totals().uidPrice();
        OptionalInt uid = nextUid(books);
        return limit(cost, s.limitPrice())
                .or(() -> cost == 0 ? Optional.empty() : StakeRules.funds(books, account, cost))
                .or(() -> uid.isEmpty()
                        ? Refused.because(Why.NO_NEURON_ID_AVAILABLE, "uids: all taken for good")
                        : Optional.empty())
                .or(() -> {
                    books.burn(account, cost);
                    books.setPrices(
                            price.afterRegistration(cost), books.totals().mechanismPrice());
                    seat(books, uid.orElseThrow(), s.hotkey());
                    return Optional.empty();
                });
    }

    static Optional<Refused> limit(long cost, long limit) {
        return cost <= limit
                ? Optional.empty()
                : Refused.because(
                        Why.REGISTRATION_PRICE_LIMIT_EXCEEDED, "price: " + cost + " (expected: at most " + limit + ")");
    }

    /** The uid that a newcomer would get now. */
    OptionalInt nextUid(Books books) {
        int count = books.uidCount();
        if (count < economics.registration().maxUids()) {
            return OptionalInt.of(count);
        }
        List<Pruning.Candidate> candidates = new ArrayList<>();
        books.seats.view().forEach((uid, seat) -> candidates.add(candidate(books, uid, seat)));
        Economics.Registration r = economics.registration();
        return new Pruning(r.immunityBlocks(), r.minNonImmuneCount()).choose(candidates, books.height);
    }

    private static Pruning.Candidate candidate(Books books, int uid, Seat seat) {
        long pay = 0;
        boolean owner = false;
        for (Mechanism mechanism : books.mechanisms.view().values()) {
            pay += mechanism.row(uid).score().pay();
            owner |= mechanism.owner().filter(seat.hotkey()::equals).isPresent();
        }
        return new Pruning.Candidate(pay, seat.registered(), owner);
    }

    void seat(Books books, int uid, Hotkey hotkey) {
        books.seats.put(uid, new Seat(hotkey, books.height, "", 0));
        for (Mechanism mechanism : List.copyOf(books.mechanisms.view().values())) {
            SortedMap<Integer, Mechanism.Row> rows = new TreeMap<>();
            mechanism.rows().forEach((other, row) -> rows.put(other, row.withoutPast(uid)));
            rows.put(uid, Mechanism.Row.fresh(books.height));
            books.put(mechanism.withRows(rows));
        }
    }

    Optional<Refused> serve(Books books, Hotkey hotkey, Serve s) {
        Optional<Integer> uid = books.uidOf(hotkey);
        if (uid.isEmpty()) {
            return Refused.because(Why.HOTKEY_NOT_REGISTERED, "hotkey: " + hotkey.brief() + " (expected: with a uid)");
        }
        Seat seat = books.seats.get(uid.get()).orElseThrow();
        long next = seat.served() + economics.weights().servingBlocks();
        if (seat.served() > 0 && books.height < next) {
            return Refused.until(Why.SERVING_RATE_LIMIT_EXCEEDED, "served: " + seat.served(), next);
        }
        String address = new String(s.address().unsafeArray(), StandardCharsets.US_ASCII);
        if (s.address().length() > Limits.ADDRESS_MAX_BYTES || address.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            return Refused.because(Why.RANGE, "address: (expected: printable ASCII without spaces)");
        }
        books.seats.put(uid.get(), new Seat(hotkey, seat.registered(), address, books.height));
        return Optional.empty();
    }
}
