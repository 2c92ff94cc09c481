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
        return funds(books, account, s.amount()).or(() -> room(books, s.to())).or(() -> {
            books.debit(account, s.amount());
            books.credit(s.to(), s.amount());
            return Optional.empty();
        });
    }

    Optional<Refused> add(Books books, Hotkey account, AddStake s) {
        return funds(books, account, s.amount())
                .or(() -> stakable(books, account, s.hotkey()))
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
        return room(books, account).or(() -> {
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

    /** A new account must have room. */
    static Optional<Refused> room(Books books, Hotkey account) {
        return books.free.view().containsKey(account) || books.free.view().size() < Limits.ACCOUNTS_MAX_COUNT
                ? Optional.empty()
                : Refused.because(Why.ACCOUNTS_FULL, "accounts: " + Limits.ACCOUNTS_MAX_COUNT + " (expected: fewer)");
    }

    private static Optional<Refused> stakable(Books books, Hotkey account, Hotkey hotkey) {
        if (books.coldkeys.apply(hotkey).isEmpty()) {
            return Refused.because(Why.UNKNOWN_HOTKEY, "hotkey: " + hotkey.brief() + " (expected: registered)");
        }
        SortedMap<Hotkey, Long> stakers = books.stakers(hotkey);
        return stakers.containsKey(account) || stakers.size() < Limits.STAKERS_MAX_COUNT
                ? Optional.empty()
                : Refused.because(Why.ACCOUNTS_FULL, "stakers: " + Limits.STAKERS_MAX_COUNT + " (expected: fewer)");
    }
}
