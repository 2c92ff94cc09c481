package covey.protocol.journal;

import covey.protocol.journal.JournalEntry.Block;
import covey.protocol.journal.JournalEntry.Input;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Bytes;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerInput;
import covey.protocol.round.PeerMachine;
import covey.protocol.round.PeerState;
import covey.protocol.round.Transition;
import covey.protocol.wire.Malformed;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Runs a journal through {@link PeerMachine} again and compares what every input caused with what it caused then (rule
 * E2). Pure; used by one thread.
 */
public final class Replay {
    private final PeerMachine machine;
    private final JournalCodec codec;
    private final LongFunction<Optional<LedgerState>> ledger;

    /**
     * @param machine of the node whose journal it is
     * @param ledger state at a height, made again from the blocks by {@link covey.protocol.ledger.LedgerMachine}; asked
     *     for heights that mostly ascend
     */
    public Replay(PeerMachine machine, Crypto crypto, LongFunction<Optional<LedgerState>> ledger) {
        this.machine = machine;
        this.codec = new JournalCodec(crypto);
        this.ledger = ledger;
    }

    /** What replay found. */
    public sealed interface Outcome {}

    /** @param end state after the last entry */
    public record Equal(long entryCount, PeerState end) implements Outcome {}

    /** @param sequence of the first entry that differs, from 1 */
    public record Differs(long sequence, String what) implements Outcome {}

    public Outcome run(Iterator<Bytes> entries) {
        PeerState state = machine.initial();
        long sequence = 0;
        while (entries.hasNext()) {
            sequence++;
            try {
                state = step(state, codec.decode(entries.next()), sequence);
            } catch (Malformed e) {
                return new Differs(sequence, e.rule());
            }
        }
        return new Equal(sequence, state);
    }

    private PeerState step(PeerState state, JournalEntry entry, long sequence) throws Malformed {
        PeerInput input = input(entry);
        if (sequence == 1 && !(input instanceof PeerInput.Restarted)) {
            throw new Malformed("first entry: " + name(input) + " (expected: Restarted)");
        }
        Transition transition = machine.apply(state, input);
        JournalEntry again = codec.entry(input, transition.effects());
        if (!again.body().equals(entry.body())) {
            throw new Malformed(
                    "ledger state: " + again.body() + " (expected: " + entry.body() + " as in the journal)");
        }
        if (!again.effects().equals(entry.effects())) {
            throw new Malformed("effects of " + name(input) + ": "
                    + again.effects().brief() + " (expected: " + entry.effects().brief() + " as in the journal)");
        }
        return transition.next();
    }

    private PeerInput input(JournalEntry entry) throws Malformed {
        return switch (entry.body()) {
            case Input i -> i.input();
            case Block b ->
                new PeerInput.Advanced(ledger.apply(b.height())
                        .orElseThrow(() -> new Malformed("block " + b.height() + ": missing (expected: in the file)")));
        };
    }

    private static String name(PeerInput input) {
        return input.getClass().getSimpleName();
    }
}
