package covey.chaos.cli;

import covey.chaos.mutant.Hunt;
import covey.chaos.mutant.Mutant;
import covey.chaos.mutant.Mutants;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Hunts all planted errors and prints a table row for each. */
final class MutantTable {
    private final int seeds;
    private final int rounds;
    private final Consumer<String> out;
    private final AtomicInteger survivors = new AtomicInteger();

    MutantTable(int seeds, int rounds, Consumer<String> out) {
        this.seeds = seeds;
        this.rounds = rounds;
        this.out = out;
    }

    /** How many planted errors no seed showed. */
    int print(int threads) {
        out.accept("| planted error | rule | seed | what a checker said |");
        out.accept("|---|---|---|---|");
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Mutants.ALL.forEach(mutant -> pool.execute(() -> out.accept(row(mutant))));
        }
        return survivors.get();
    }

    private String row(Mutant mutant) {
        return "| " + mutant.name() + " | " + mutant.rule() + " | "
                + Hunt.find(mutant, 1, seeds, rounds).map(MutantTable::found).orElseGet(this::survived) + " |";
    }

    private static String found(Hunt.Found found) {
        String what = found.what().replaceFirst("^seed \\d+ at \\d+ ms, round \\d+: ", "");
        return found.seed() + " | "
                + what.substring(0, Math.min(90, what.length())).replace('|', '/');
    }

    private String survived() {
        survivors.incrementAndGet();
        return "- | **not found in " + seeds + " seeds**";
    }
}
