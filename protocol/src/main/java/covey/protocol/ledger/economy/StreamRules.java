package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.Economy.Stream;
import covey.protocol.ledger.economy.EconomyStatement.CloseStream;
import covey.protocol.ledger.economy.EconomyStatement.OpenStream;
import covey.protocol.ledger.economy.EconomyStatement.RunStream;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.ledger.economy.Refused.Why;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.yuma.Fixed;
import covey.protocol.yuma.Split;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Income streams: an account gives away percentages of its income, and whoever receives them may give away percentages
 * of that. What a stream takes gathers in it and is paid out by its interval, each stream at most once a block, so
 * that a circle of streams ends.
 */
final class StreamRules {
    Optional<Refused> open(Books books, Hotkey account, OpenStream s) {
        return limits(books, account, s).or(() -> range(books, s)).or(() -> {
            long id = books.nextStream();
            books.put(new Stream(
                    id,
                    account,
                    s.root(),
                    s.percent(),
                    s.recipients(),
                    s.intervalBlocks(),
                    books.height,
                    s.endHeight(),
                    s.revocableFrom(),
                    0));
            return Optional.empty();
        });
    }

    private static Optional<Refused> limits(Books books, Hotkey account, OpenStream s) {
        List<Stream> own = books.streamsOf(account);
        int all = books.streams().size();
        if (own.size() >= Limits.ACCOUNT_STREAMS_MAX_COUNT || all >= Limits.STREAMS_MAX_COUNT) {
            return Refused.because(
                    Why.STREAM_LIMIT,
                    "streams: " + own.size() + " of the account, " + all + " in all (expected: fewer)");
        }
        int given = own.stream()
                .filter(stream -> stream.root().equals(s.root()))
                .mapToInt(Stream::percent)
                .sum();
        return s.percent() >= 1 && given + s.percent() <= 100
                ? Optional.empty()
                : Refused.because(Why.RANGE, "percent: " + s.percent() + " (expected: 1 to " + (100 - given) + ")");
    }

    private static Optional<Refused> range(Books books, OpenStream s) {
        int count = s.recipients().size();
        boolean once = new TreeSet<>(s.recipients().stream().map(Share::account).toList()).size() == count;
        boolean weighed = s.recipients().stream().allMatch(r -> r.weight() >= 1 && r.weight() <= Fixed.U16_MAX);
        if (count < 1 || count > Limits.RECIPIENTS_MAX_COUNT || !once || !weighed) {
            return Refused.because(
                    Why.RANGE,
                    "recipients: " + count + " (expected: 1 to " + Limits.RECIPIENTS_MAX_COUNT
                            + ", each once, weights 1 to 65535)");
        }
        return s.intervalBlocks() >= 0 && s.endHeight() > books.height
                ? Optional.empty()
                : Refused.because(
                        Why.RANGE, "end height: " + s.endHeight() + " (expected: above " + books.height + ")");
    }

    Optional<Refused> close(Books books, Hotkey account, CloseStream s) {
        Optional<Stream> stream = books.stream(s.stream());
        if (stream.isEmpty()) {
            return unknown(s.stream());
        }
        if (!stream.get().owner().equals(account)) {
            return Refused.because(Why.NOT_OWNER, "stream: another account's");
        }
        if (books.height < stream.get().revocableFrom()) {
            return Refused.until(
                    Why.NOT_REVOCABLE, "stream: " + s.stream(), stream.get().revocableFrom());
        }
        end(books, stream.get());
        return Optional.empty();
    }

    Optional<Refused> run(Books books, Hotkey account, RunStream s) {
        Optional<Stream> stream = books.stream(s.stream());
        if (stream.isEmpty()) {
            return unknown(s.stream());
        }
        boolean party = stream.get().owner().equals(account)
                || stream.get().recipients().stream().anyMatch(r -> r.account().equals(account));
        if (!party) {
            return Refused.because(Why.NOT_OWNER, "stream: neither owner nor recipient");
        }
        payOut(books, stream.get());
        return Optional.empty();
    }

    private static Optional<Refused> unknown(long stream) {
        return Refused.because(Why.UNKNOWN_STREAM, "stream: " + stream + " (expected: open)");
    }

    /** Those whose time has come, in order of opening. */
    void endBlock(Books books) {
        for (Stream stream : books.streams()) {
            boolean over = books.height >= stream.endHeight();
            boolean due =
                    stream.intervalBlocks() > 0 && (books.height - stream.opened()) % stream.intervalBlocks() == 0;
            Stream now = books.stream(stream.id()).orElseThrow();
            if (over) {
                end(books, now);
            } else if (due) {
                payOut(books, now);
            }
        }
    }

    /** It is gone before it pays, as it may pay to its owner. */
    private void end(Books books, Stream stream) {
        books.removeStream(stream.id());
        distribute(books, stream);
    }

    private void payOut(Books books, Stream stream) {
        books.put(stream.withGathered(0));
        distribute(books, stream);
    }

    private void distribute(Books books, Stream stream) {
        long[] weights = stream.recipients().stream().mapToLong(Share::weight).toArray();
        long[] parts = Split.of(stream.gathered(), weights);
        for (int i = 0; i < parts.length; i++) {
            Hotkey to = stream.recipients().get(i).account();
            long kept = withhold(books, to, stream.root(), parts[i]);
            books.credit(to, kept);
            books.note(new Payment(
                    Payment.Kind.STREAM, stream.id(), stream.root(), to, parts[i], stream.gathered(), parts[i] - kept));
        }
    }

    /** Puts into the account's streams what they take of an income; what is left is the account's. */
    long withhold(Books books, Hotkey account, Hotkey root, long amount) {
        long left = amount;
        for (Stream stream : books.streamsOf(account)) {
            if (stream.root().equals(root)) {
                long part = Fixed.mulDiv(amount, stream.percent(), 100);
                books.put(stream.withGathered(stream.gathered() + part));
                left -= part;
            }
        }
        return left;
    }
}
