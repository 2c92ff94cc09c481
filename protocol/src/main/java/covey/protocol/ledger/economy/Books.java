package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Economy.Seat;
import covey.protocol.ledger.economy.Economy.Stream;
import covey.protocol.ledger.economy.Economy.Totals;
import covey.protocol.model.Hotkey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The asset in the making, over a block: rules check first and then change it. For one thread.
 */
final class Books {
    final CopyMap<Hotkey, Long> free;
    final CopyMap<Hotkey, SortedMap<Hotkey, Long>> stakes;
    final CopyMap<Hotkey, Integer> takes;
    final CopyMap<Integer, Seat> seats;
    final CopyMap<Integer, Mechanism> mechanisms;
    private final CopyMap<Long, Stream> streams;
    private @Nullable SortedMap<Hotkey, List<Long>> streamsByOwner;
    final CopyMap<Hotkey, SortedMap<Integer, Integer>> votes;
    final Function<Hotkey, Optional<Hotkey>> coldkeys;
    final long height;
    private final Consumer<Payment> paid;
    private Totals totals;

    /**
     * @param coldkeys of hotkeys of the registry
     * @param paid hears of each payment
     */
    Books(Economy economy, long height, Function<Hotkey, Optional<Hotkey>> coldkeys, Consumer<Payment> paid) {
        this.free = new CopyMap<>(economy.free());
        this.stakes = new CopyMap<>(economy.stakes());
        this.takes = new CopyMap<>(economy.takes());
        this.seats = new CopyMap<>(economy.seats());
        this.mechanisms = new CopyMap<>(economy.mechanisms());
        this.streams = new CopyMap<>(economy.streams());
        this.votes = new CopyMap<>(economy.votes());
        this.totals = economy.totals();
        this.height = height;
        this.coldkeys = coldkeys;
        this.paid = paid;
    }

    void note(Payment payment) {
        if (payment.amount() > 0) {
            paid.accept(payment);
        }
    }

    Economy freeze() {
        return new Economy(
                totals,
                free.freeze(),
                stakes.freeze(),
                takes.freeze(),
                seats.freeze(),
                mechanisms.freeze(),
                streams.freeze(),
                votes.freeze());
    }

    Totals totals() {
        return totals;
    }

    long free(Hotkey account) {
        return free.get(account).orElse(0L);
    }

    void credit(Hotkey account, long amount) {
        setFree(account, Math.addExact(free(account), amount));
    }

    void debit(Hotkey account, long amount) {
        setFree(account, free(account) - amount);
    }

    private void setFree(Hotkey account, long amount) {
        if (amount < 0) {
            throw new IllegalStateException("balance: " + amount + " (expected: not negative)");
        }
        if (amount == 0) {
            free.remove(account);
        } else {
            free.put(account, amount);
        }
    }

    SortedMap<Hotkey, Long> stakers(Hotkey hotkey) {
        return stakes.get(hotkey).orElse(Collections.emptySortedMap());
    }

    long stakeOf(Hotkey hotkey) {
        return Economy.sum(stakers(hotkey));
    }

    void stake(Hotkey hotkey, Hotkey account, long change) {
        SortedMap<Hotkey, Long> next = new TreeMap<>(stakers(hotkey));
        long amount = Math.addExact(next.getOrDefault(account, 0L), change);
        if (amount < 0) {
            throw new IllegalStateException("stake: " + amount + " (expected: not negative)");
        }
        if (amount == 0) {
            next.remove(account);
        } else {
            next.put(account, amount);
        }
        setStakers(hotkey, next);
    }

    void setStakers(Hotkey hotkey, SortedMap<Hotkey, Long> next) {
        if (next.isEmpty()) {
            stakes.remove(hotkey);
        } else {
            stakes.put(hotkey, Collections.unmodifiableSortedMap(next));
        }
    }

    void mint(long amount) {
        totals = new Totals(
                totals.issued() + amount,
                totals.burned(),
                totals.uidPrice(),
                totals.mechanismPrice(),
                totals.nextStream());
    }

    void burn(Hotkey account, long amount) {
        debit(account, amount);
        totals = new Totals(
                totals.issued(),
                totals.burned() + amount,
                totals.uidPrice(),
                totals.mechanismPrice(),
                totals.nextStream());
    }

    void setPrices(long uid, long mechanism) {
        totals = new Totals(totals.issued(), totals.burned(), uid, mechanism, totals.nextStream());
    }

    long nextStream() {
        long id = totals.nextStream();
        totals = new Totals(totals.issued(), totals.burned(), totals.uidPrice(), totals.mechanismPrice(), id + 1);
        return id;
    }

    List<Stream> streams() {
        return List.copyOf(streams.view().values());
    }

    Optional<Stream> stream(long id) {
        return streams.get(id);
    }

    /** Those that the account opened, in order of opening. */
    List<Stream> streamsOf(Hotkey owner) {
        SortedMap<Hotkey, List<Long>> index = streamsByOwner;
        if (index == null) {
            index = new TreeMap<>();
            for (Stream stream : streams.view().values()) {
                index.computeIfAbsent(stream.owner(), _ -> new ArrayList<>()).add(stream.id());
            }
            streamsByOwner = index;
        }
        return index.getOrDefault(owner, List.of()).stream()
                .map(id -> streams.get(id).orElseThrow())
                .toList();
    }

    void put(Stream stream) {
        if (streams.get(stream.id()).isEmpty()) {
            streamsByOwner = null;
        }
        streams.put(stream.id(), stream);
    }

    void removeStream(long id) {
        streamsByOwner = null;
        streams.remove(id);
    }

    int uidCount() {
        return seats.view().size();
    }

    Optional<Integer> uidOf(Hotkey hotkey) {
        return seats.view().entrySet().stream()
                .filter(e -> e.getValue().hotkey().equals(hotkey))
                .map(e -> e.getKey())
                .findFirst();
    }

    Optional<Mechanism> mechanism(int id) {
        return mechanisms.get(id);
    }

    void put(Mechanism mechanism) {
        mechanisms.put(mechanism.id(), mechanism);
    }

    boolean owns(Hotkey account, Hotkey hotkey) {
        return coldkeys.apply(hotkey).filter(account::equals).isPresent();
    }
}
