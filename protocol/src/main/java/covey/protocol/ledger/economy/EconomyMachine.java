package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Economy.Totals;
import covey.protocol.model.Economics;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Hands each statement about the asset to the rules that own it, and lets {@link EpochRules} and {@link StreamRules}
 * end the block. Checks after each block that no unit was made or lost. Thread-safe: it keeps nothing between calls.
 */
public final class EconomyMachine {
    private final Economics economics;
    private final StakeRules stakeRules;
    private final SlotRules slotRules;
    private final WeightRules weightRules;
    private final MechanismRules mechanismRules;
    private final StreamRules streamRules = new StreamRules();
    private final EpochRules epochRules;

    public EconomyMachine(Economics economics) {
        this.economics = economics;
        this.stakeRules = new StakeRules(economics);
        this.slotRules = new SlotRules(economics);
        this.weightRules = new WeightRules(economics);
        this.mechanismRules = new MechanismRules(economics);
        this.epochRules = new EpochRules(economics, stakeRules, streamRules);
    }

    /**
     * The asset before the first block.
     *
     * @param seated hotkeys that have a uid from the start, as many as there are uids
     */
    public Economy initial(List<Hotkey> seated) {
        SortedMap<Integer, Mechanism> mechanisms = new TreeMap<>();
        for (Economics.First first : economics.mechanisms()) {
            mechanisms.put(mechanisms.size(), first(mechanisms.size(), first));
        }
        SortedMap<Hotkey, Long> none = Collections.emptySortedMap();
        long issued = 0;
        Books books = new Books(
                new Economy(
                        new Totals(
                                0,
                                0,
                                economics.registration().burn().start(),
                                economics.mechanismBurn().start(),
                                1),
                        none,
                        Collections.emptySortedMap(),
                        Collections.emptySortedMap(),
                        Collections.emptySortedMap(),
                        Collections.unmodifiableSortedMap(mechanisms),
                        Collections.emptySortedMap(),
                        Collections.emptySortedMap()),
                0,
                _ -> Optional.empty(),
                _ -> {});
        for (Economics.Balance b : economics.free()) {
            books.credit(b.account(), b.amount());
            issued += b.amount();
        }
        for (Economics.Staked s : economics.staked()) {
            books.stake(s.hotkey(), s.account(), s.amount());
            issued += s.amount();
        }
        books.mint(issued);
        seated.stream()
                .limit(economics.registration().maxUids())
                .forEach(hotkey -> slotRules.seat(books, books.uidCount(), hotkey));
        return books.freeze();
    }

    private Mechanism first(int id, Economics.First first) {
        return new Mechanism(
                id,
                first.name(),
                first.owner(),
                Hash.ZERO,
                TermsCodec.published(first.rule(), economics.tempoBlocks(), first.revealEpochs()),
                1,
                0,
                0,
                0,
                Collections.emptySortedMap());
    }

    /** A block in the making. For one thread. */
    public final class Draft {
        private final Books books;

        private Draft(Books books) {
            this.books = books;
        }

        /** Why the statement changes nothing, or empty if it counted. The signature has been checked. */
        public Optional<Refused> add(Hotkey signer, EconomyStatement statement) {
            return switch (statement) {
                case EconomyStatement.Transfer s -> stakeRules.transfer(books, signer, s);
                case EconomyStatement.AddStake s -> stakeRules.add(books, signer, s);
                case EconomyStatement.RemoveStake s -> stakeRules.remove(books, signer, s);
                case EconomyStatement.SetTake s -> stakeRules.take(books, signer, s);
                case EconomyStatement.BuyUid s -> slotRules.buy(books, signer, s);
                case EconomyStatement.RegisterMechanism s -> mechanismRules.register(books, signer, s);
                case EconomyStatement.SetTerms s -> mechanismRules.change(books, signer, s);
                case EconomyStatement.OpenStream s -> streamRules.open(books, signer, s);
                case EconomyStatement.CloseStream s -> streamRules.close(books, signer, s);
                case EconomyStatement.RunStream s -> streamRules.run(books, signer, s);
                case EconomyStatement.Vote s -> mechanismRules.vote(books, signer, s);
                case EconomyStatement.SetWeights s -> weightRules.set(books, signer, s);
                case EconomyStatement.CommitWeights s -> weightRules.commit(books, signer, s);
                case EconomyStatement.RevealWeights s -> weightRules.reveal(books, signer, s);
                case EconomyStatement.ResetBonds s -> weightRules.reset(books, signer, s);
                case EconomyStatement.Follow s -> weightRules.follow(books, signer, s);
                case EconomyStatement.Serve s -> slotRules.serve(books, signer, s);
            };
        }

        /** Ends the block. Throws IllegalStateException if units were made or lost, which is a bug of ours. */
        public Economy finish() {
            epochRules.endBlock(books);
            streamRules.endBlock(books);
            Economy next = books.freeze();
            if (!next.isConserved()) {
                throw new IllegalStateException("supply: " + next.held() + " held at height " + books.height
                        + " (expected: " + next.totals().issued() + " issued less "
                        + next.totals().burned() + " burned)");
            }
            return next;
        }
    }

    /**
     * @param height of the block
     * @param coldkeys of hotkeys of the registry
     * @param paid hears of each payment
     */
    public Draft draft(
            Economy economy, long height, Function<Hotkey, Optional<Hotkey>> coldkeys, Consumer<Payment> paid) {
        return new Draft(new Books(economy, height, coldkeys, paid));
    }
}
