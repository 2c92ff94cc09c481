package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.SetTerms;
import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.ledger.economy.EconomyStatement.Vote;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Economics;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.yuma.BurnPrice;
import covey.protocol.yuma.EpochRule;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Mechanisms under the asset. Anyone registers one for the price of the moment; stake votes on what each gets. */
record MechanismRules(Economics economics, BurnPrice price) {
    MechanismRules(Economics economics) {
        this(economics, SlotRules.priceOf(economics.mechanismBurn()));
    }

    Optional<Refused> register(Books books, Hotkey account, RegisterMechanism s) {
        long cost = books.totals().mechanismPrice();
        return owner(books, account, s.hotkey())
                .or(() -> name(books, s.name()))
                .or(() -> terms(s.terms()))
                .or(() -> books.mechanisms.view().size() >= Limits.MECHANISMS_MAX_COUNT
                        ? Refused.because(
                                Why.MECHANISM_LIMIT,
                                "mechanisms: " + Limits.MECHANISMS_MAX_COUNT + " (expected: fewer)")
                        : Optional.empty())
                .or(() -> SlotRules.limit(cost, s.limitPrice()))
                .or(() -> cost == 0 ? Optional.empty() : StakeRules.funds(books, account, cost))
                .or(() -> {
                    books.burn(account, cost);
                    books.setPrices(books.totals().uidPrice(), price.afterRegistration(cost));
                    add(books, s);
                    return Optional.empty();
                });
    }

    private static void add(Books books, RegisterMechanism s) {
        SortedMap<Integer, Mechanism.Row> rows = new TreeMap<>();
        books.seats.view().forEach((uid, seat) -> rows.put(uid, Mechanism.Row.fresh(seat.registered())));
        books.put(new Mechanism(
                books.mechanisms.view().size(),
                s.name(),
                Optional.of(s.hotkey()),
                s.description(),
                s.terms(),
                1,
                0,
                books.height,
                0,
                Collections.unmodifiableSortedMap(rows)));
    }

    Optional<Refused> change(Books books, Hotkey account, SetTerms s) {
        Optional<Mechanism> found = books.mechanism(s.mechanism());
        if (found.isEmpty()) {
            return Refused.because(Why.MECHANISM_DOES_NOT_EXIST, "mechanism: " + s.mechanism());
        }
        Mechanism mechanism = found.get();
        if (mechanism.owner().filter(hotkey -> books.owns(account, hotkey)).isEmpty()) {
            return Refused.because(Why.NOT_OWNER, "account: not the owner's coldkey");
        }
        long next = mechanism.lastEpochHeight() + economics.tempoBlocks();
        if (next - books.height < Math.min(Limits.RULE_FREEZE_HEIGHTS, economics.tempoBlocks() / 2)) {
            return Refused.until(Why.FROZEN, "next epoch: height " + next, Math.max(next, books.height) + 1);
        }
        return terms(s.terms()).or(() -> {
            books.put(mechanism.withTerms(s.terms()));
            return Optional.empty();
        });
    }

    Optional<Refused> vote(Books books, Hotkey hotkey, Vote s) {
        if (books.coldkeys.apply(hotkey).isEmpty()) {
            return Refused.because(Why.UNKNOWN_HOTKEY, "hotkey: " + hotkey.brief() + " (expected: registered)");
        }
        if (s.mechanisms().size() != s.values().size()) {
            return Refused.because(
                    Why.WEIGHT_VEC_NOT_EQUAL_SIZE,
                    "values: " + s.values().size() + " (expected: "
                            + s.mechanisms().size() + ")");
        }
        SortedMap<Integer, Integer> votes = new TreeMap<>();
        for (int i = 0; i < s.values().size(); i++) {
            if (books.mechanism(s.mechanisms().get(i)).isEmpty()) {
                return Refused.because(
                        Why.MECHANISM_DOES_NOT_EXIST,
                        "mechanism: " + s.mechanisms().get(i));
            }
            if (votes.put(s.mechanisms().get(i), s.values().get(i)) != null) {
                return Refused.because(Why.DUPLICATE_UIDS, "mechanisms: one twice (expected: each once)");
            }
        }
        votes.values().removeIf(v -> v == 0);
        if (votes.isEmpty()) {
            books.votes.remove(hotkey);
        } else {
            books.votes.put(hotkey, Collections.unmodifiableSortedMap(votes));
        }
        return Optional.empty();
    }

    private static Optional<Refused> owner(Books books, Hotkey account, Hotkey hotkey) {
        return books.owns(account, hotkey)
                ? Optional.empty()
                : Refused.because(Why.NOT_OWNER, "account: not the coldkey of " + hotkey.brief());
    }

    private static Optional<Refused> name(Books books, String name) {
        boolean plain = !name.isEmpty()
                && name.length() <= Limits.LABEL_MAX_BYTES
                && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
        if (!plain) {
            return Refused.because(Why.NAME, "name: (expected: lower-case letters, digits and hyphens)");
        }
        return books.mechanisms.view().values().stream().noneMatch(m -> m.name().equals(name))
                ? Optional.empty()
                : Refused.because(Why.NAME, "name: '" + name + "' (expected: one that no mechanism has)");
    }

    private static Optional<Refused> terms(Terms terms) {
        boolean hidden = terms.revealEpochs() > 0;
        boolean fits = switch (terms.rule()) {
            case EpochRule.Yuma2 r -> r.yuma().commitReveal() == hidden;
            case EpochRule.Yuma3 r -> r.yuma().commitReveal() == hidden;
            case EpochRule.Linear _ -> true;
        };
        return fits && terms.revealEpochs() >= 0 && terms.revealEpochs() <= Limits.REVEAL_EPOCHS_MAX
                ? Optional.empty()
                : Refused.because(
                        Why.RANGE,
                        "reveal epochs: " + terms.revealEpochs() + " (expected: 0 to " + Limits.REVEAL_EPOCHS_MAX
                                + ", as the rule says whether weights are committed)");
    }
}
