package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.AddStake;
import covey.protocol.ledger.economy.EconomyStatement.RemoveStake;
import covey.protocol.ledger.economy.EconomyStatement.SetTake;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Accounts and stake. Anyone may stake on any registered hotkey; its coldkey says what share of the dividends it keeps.
 */
record StakeRules(Economics economics) {
    Optional<Refused> transfer(Books books, Hotkey account, Transfer s) {
        return funds(books, account, s.amount())
                .or(() -> room(books, s.to(), s.amount()))
                .or(() -> {
                    books.debit(account, s.amount());
                    books.credit(s.to(), s.amount());
                    return Optional.empty();
                });
    }

    Optional<Refused> add(Books books, Hotkey account, AddStake s) {
        return funds(books, account, s.amount())
                .or(() -> stakable(books, account, s))
                .or(() -> {
                    books.debit(account, s.amount());
                    books.stake(s.hotkey(), account, s.amount());
                    return Optional.empty();
                });
    }

    Optional<Refused> remove(Books books, Hotkey account, RemoveStake s) {
        long staked = books.stakers(s.hotkey()).getOrDefault(account, 0L);
        if (s.amount() < 1 || s.amount() > staked) {
            return Refused.because(
                    Why.NOT_ENOUGH_STAKE_TO_WITHDRAW, "amount: " + s.amount() + " (expected: 1 to " + staked + ")");
        }
        Optional<Refused> noRoom = s.amount() == staked ? Optional.empty() : room(books, account, s.amount());
        return noRoom.or(() -> {
            books.stake(s.hotkey(), account, -s.amount());
            books.credit(account, s.amount());
            return Optional.empty();
        });
    }

    Optional<Refused> take(Books books, Hotkey account, SetTake s) {
        if (!books.owns(account, s.hotkey())) {
            return Refused.because(
                    Why.NOT_OWNER, "account: not the coldkey of " + s.hotkey().brief());
        }
        int max = economics.takes().maxU16();
        if (s.takeU16() < 0 || s.takeU16() > max) {
            return Refused.because(
                    Why.DELEGATE_TAKE_TOO_HIGH, "take: " + s.takeU16() + " (expected: at most " + max + ")");
        }
        books.takes.put(s.hotkey(), s.takeU16());
        return Optional.empty();
    }

    int takeOf(Books books, Hotkey hotkey) {
        return books.takes.get(hotkey).orElse(economics.takes().firstU16());
    }

    static Optional<Refused> funds(Books books, Hotkey account, long amount) {
        long free = books.free(account);
        return amount >= 1 && amount <= free
                ? Optional.empty()
                : Refused.because(Why.FUNDS, "amount: " + amount + " (expected: 1 to " + free + ")");
    }

    /** A new account, or a new stake, costs every node memory, so it needs as much as the least price of a uid. */
    private Optional<Refused> enough(long amount) {
        long least = economics.registration().burn().min();
        return amount >= least
                ? Optional.empty()
                : Refused.because(Why.AMOUNT_TOO_LOW, "amount: " + amount + " (expected: at least " + least + ")");
    }

    private Optional<Refused> room(Books books, Hotkey account, long amount) {
        if (books.free.view().containsKey(account)) {
            return Optional.empty();
        }
        return books.free.view().size() < Limits.ACCOUNTS_MAX_COUNT
                ? enough(amount)
                : Refused.because(Why.ACCOUNTS_FULL, "accounts: " + Limits.ACCOUNTS_MAX_COUNT + " (expected: fewer)");
    }

    private Optional<Refused> stakable(Books books, Hotkey account, AddStake s) {
        if (books.coldkeys.apply(s.hotkey()).isEmpty()) {
            return Refused.because(Why.UNKNOWN_HOTKEY, "hotkey: " + s.hotkey().brief() + " (expected: registered)");
        }
        SortedMap<Hotkey, Long> stakers = books.stakers(s.hotkey());
        if (stakers.containsKey(account)) {
            return Optional.empty();
        }
        int all =
                books.stakes.view().values().stream().mapToInt(SortedMap::size).sum();
        return stakers.size() < Limits.STAKERS_MAX_COUNT && all < Limits.STAKES_MAX_COUNT
                ? enough(s.amount())
                : Refused.because(
                        Why.ACCOUNTS_FULL,
                        "stakes: " + stakers.size() + " on it, " + all + " in all (expected: fewer)");
    }
}
