package covey.node.genesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import covey.node.config.ConfigError;
import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.node.config.NodeConfigFile;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.PreparedCorpus;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Presets.Preset;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of a new run: {@code genesis.json} and a folder for each authority, which judges contributions, too.
 *
 * @param authorities their folders, in index order
 */
public record RunFolder(GenesisFile genesis, List<Path> authorities) {
    private static final String FILE = "genesis.json";
    private static final String NAME = "covey";

    /**
     * @param authorities see {@code --authority}
     * @param corpus as {@code --corpus} names it, valid in any folder of this machine; empty: the JDK's
     */
    public record Wish(
            Preset preset, int rounds, NewRun.Pace pace, List<String> authorities, Optional<String> corpus) {}

    private record Seat(FirstAuthority authority, Hotkey hotkey, Path folder) {}

    /** Makes a run in a folder that has none. What cannot be one is a ConfigError, and nothing is written. */
    public static RunFolder make(Wish wish, Path folder, CorpusCache cache, Crypto crypto) throws IOException {
        List<FirstAuthority> authorities = FirstAuthority.parse(wish.authorities());
        requireFresh(folder);
        PreparedCorpus corpus = cache.prepare(
                Corpus.of(wish.corpus().map(Path::of)), wish.preset().shape().vocabulary());
        List<Seat> seats = new ArrayList<>();
        for (FirstAuthority authority : authorities) {
            seats.add(seat(authority, folder.resolve("authority-" + (seats.size() + 1))));
        }
        GenesisFile genesis = GenesisFile.of(run(wish, seats, crypto).genesis(corpus, crypto), crypto);
        for (Seat seat : seats) {
            NewRun.equip(seat.folder, genesis, true);
            Files.writeString(seat.folder.resolve("node.conf"), config(seat, seats, wish.corpus()), UTF_8);
        }
        Files.write(folder.resolve(FILE), genesis.bytes().unsafeArray());
        return new RunFolder(genesis, seats.stream().map(Seat::folder).toList());
    }

    private static void requireFresh(Path folder) {
        if (Files.exists(folder.resolve(FILE)) || Files.exists(folder.resolve("authority-1"))) {
            throw new ConfigError("--genesis: " + folder + " (expected: a folder without a run)");
        }
    }

    private static Seat seat(FirstAuthority authority, Path folder) throws IOException {
        Files.createDirectories(folder);
        Hotkey hotkey =
                authority.hotkey().orElseGet(() -> KeyFile.create(folder.resolve("hotkey.key"), new SecureRandom()));
        return new Seat(authority, hotkey, folder);
    }

    private static NewRun run(Wish wish, List<Seat> seats, Crypto crypto) {
        return new NewRun(
                NAME,
                wish.preset(),
                wish.rounds(),
                wish.pace(),
                AggregationPolicy.CONTRIBUTOR_MEAN,
                seats.stream().map(seat -> member(seat, crypto)).toList(),
                seats.stream().map(seat -> seat.authority.named(seat.hotkey)).toList());
    }

    /** Its coldkey is, as at a registration by work, a name that nobody has the key of: there is no asset to own. */
    private static Genesis.Member member(Seat seat, Crypto crypto) {
        Hotkey coldkey = new Hotkey(crypto.sha256(seat.hotkey.hash().bytes()));
        int roles = Role.AUTHORITY.bit() | Role.VALIDATOR.bit();
        return new Genesis.Member(seat.hotkey, coldkey, roles, String.valueOf(seat.folder.getFileName()));
    }

    private static String config(Seat seat, List<Seat> all, Optional<String> corpus) {
        FirstAuthority here = seat.authority;
        String others = all.stream()
                .filter(other -> !other.equals(seat))
                .map(other -> quoted(other.authority.door().toString()))
                .collect(Collectors.joining(", "));
        return NodeConfigFile.textFor(seat.folder)
                + """

                # What genesis says of this node. The folder may be moved: change dataDirectory, or name it by --dir.
                roles = ["authority", "validator"]
                seeds = [%s]
                host = %s
                advertisedHost = %s
                ports { door = %d, ballots = %d, artery = %d, bulkRequest = %d, bulkResponse = %d }
                # The run's text on this machine. Empty: the JDK's, or if that is another, fetched from peers.
                corpus = %s
                """.formatted(
                                others,
                                quoted(here.bindHost()),
                                quoted(here.door().host()),
                                here.door().port(),
                                here.ballots().port(),
                                here.artery(),
                                here.door().port(),
                                here.ballots().port(),
                                quoted(corpus.orElse("")));
    }

    private static String quoted(String text) {
        return NodeConfigFile.quoted(text);
    }
}
