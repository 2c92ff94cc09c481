package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import covey.chaos.judge.Finding;
import covey.chaos.judge.Judge;
import covey.chaos.judge.RunFolder;
import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.node.store.JournalFile;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ballot.BallotNumber;
import covey.protocol.ballot.SignedVote;
import covey.protocol.journal.JournalCodec;
import covey.protocol.journal.JournalEntry;
import covey.protocol.ledger.Block;
import covey.protocol.ledger.BlockCodec;
import covey.protocol.ledger.Certificate;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerInput;
import covey.protocol.wire.Malformed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Takes some minutes: {@code -Dcovey.excludedGroups=none -Dtest=ChaosRunTest}. */
@Tag("soak")
@Timeout(600)
class ChaosRunTest {
    /** The names of the authorities, in the order of genesis. */
    private static final List<String> AUTHORITIES = List.of("validator-1", "authority-2", "authority-3");

    private static final long STORM_MS = 15_000;

    @TempDir
    private Path directory = Path.of("");

    private final Crypto crypto = new Ed25519Crypto();

    /** One run for all, as it takes its time. */
    @Test
    void shouldLoseNothingWhenTheWriterIsKilledAndFindWhatIsAltered() throws Exception {
        Path root = directory.resolve("net");
        List<String> only = List.of("kill:writer", "freeze:trainer", "crash-point:trainer");
        ChaosOptions options = new ChaosOptions(5, STORM_MS, 18_000, 2, 1, 3, 0, 1, false, only);

        ChaosRun.Result result = ChaosRun.of(options, root, true, new ChaosRun.Watcher(_ -> {}, _ -> {}, () -> false));

        assertThat(result.findings()).isEmpty();
        assertThat(result.blows()).isNotEmpty();
        assertThat(result.judgement().contributions()).isPositive();
        assertFindsWhatIsAltered(new RunFolder(root));
    }

    private void assertFindsWhatIsAltered(RunFolder run) throws IOException, Malformed {
        Judge.Healed healed = run.healed().orElseThrow();
        assertThat(invariants(Judge.of(run, Optional.of(new Judge.Healed(healed.round() + 99, healed.nodes())))))
                .containsOnly("not-healed");
        Path journal = run.root().resolve("trainer-1/journal");
        assertThat(altered(run, journal, this::withAnotherRoot)).containsOnly("other-root");
        assertThat(altered(run, journal, this::withOneSettledTwice)).containsOnly("applied-once");
        Path blocks = run.root().resolve("trainer-1/blocks");
        assertThat(altered(run, blocks, bytes -> withAnotherBlock(run, bytes))).containsOnly("two-blocks");
        assertThat(altered(run, blocks, ChaosRunTest::withAFlippedBit)).containsOnly("damaged-blocks");
        assertThat(altered(run, contribution(run), ChaosRunTest::withAFlippedLastBit))
                .containsOnly("cannot-recompute");
        assertThat(invariants(Judge.of(run, run.healed()))).isEmpty();
    }

    private static List<String> invariants(Judge.Judgement judgement) {
        return judgement.findings().stream().map(Finding::invariant).toList();
    }

    /** What the judge says while the file is another one. */
    private static List<String> altered(RunFolder run, Path file, UnaryOperator<byte[]> change) throws IOException {
        byte[] before = Files.readAllBytes(file);
        Files.write(file, change.apply(before.clone()));
        List<String> found = invariants(Judge.of(run, run.healed()));
        Files.write(file, before);
        return found;
    }

    /** In the first entry, as the last one may be torn. */
    private static byte[] withAFlippedBit(byte[] bytes) {
        bytes[JournalFile.HEAD_BYTES] ^= 1;
        return bytes;
    }

    private static byte[] withAFlippedLastBit(byte[] bytes) {
        bytes[bytes.length - 1] ^= 1;
        return bytes;
    }

    /** Of the first round that all settled; the same bytes for all who hold it. */
    private Path contribution(RunFolder run) throws IOException, Malformed {
        String id = inputs(Files.readAllBytes(run.root().resolve("trainer-1/journal"))).stream()
                .filter(PeerInput.Recorded.class::isInstance)
                .map(input -> ((PeerInput.Recorded) input).contribution().toString())
                .findFirst()
                .orElseThrow();
        try (Stream<Path> nodes = Files.list(run.archive())) {
            return nodes.map(node -> node.resolve(id))
                    .filter(Files::exists)
                    .min(Path::compareTo)
                    .orElseThrow();
        }
    }

    private List<PeerInput> inputs(byte[] journal) throws IOException, Malformed {
        List<PeerInput> inputs = new ArrayList<>();
        for (Bytes content : contents(journal)) {
            if (new JournalCodec(crypto).decode(content).body() instanceof JournalEntry.Input input) {
                inputs.add(input.input());
            }
        }
        return inputs;
    }

    private List<Bytes> contents(byte[] file) throws IOException {
        Path copy = Files.write(directory.resolve("copy"), file);
        return JournalFile.read(copy).entries().stream()
                .map(JournalFile.Entry::content)
                .toList();
    }

    private static byte[] file(List<Bytes> contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < contents.size(); i++) {
            out.writeBytes(JournalFile.head(i + 1L, contents.get(i)));
            out.writeBytes(contents.get(i).toArray());
        }
        return out.toByteArray();
    }

    private byte[] withAnotherRoot(byte[] journal) {
        return changed(journal, settled -> List.of(new PeerInput.Settled(settled.round(), new ContentId(Hash.ZERO))));
    }

    private byte[] withOneSettledTwice(byte[] journal) {
        return changed(journal, settled -> List.of(settled, settled));
    }

    private interface Change {
        List<PeerInput> of(PeerInput.Settled settled);
    }

    /** The first settlement is replaced. */
    private byte[] changed(byte[] journal, Change change) {
        try {
            JournalCodec codec = new JournalCodec(crypto);
            List<Bytes> changed = new ArrayList<>();
            boolean isDone = false;
            for (Bytes content : contents(journal)) {
                JournalEntry entry = codec.decode(content);
                if (!isDone
                        && entry.body() instanceof JournalEntry.Input input
                        && input.input() instanceof PeerInput.Settled settled) {
                    isDone = true;
                    change.of(settled)
                            .forEach(other -> changed.add(
                                    codec.encode(new JournalEntry(new JournalEntry.Input(other), entry.effects()))));
                } else {
                    changed.add(content);
                }
            }
            return file(changed);
        } catch (IOException | Malformed e) {
            throw new IllegalStateException(e);
        }
    }

    /** The third one of another time, which all authorities sign. */
    private byte[] withAnotherBlock(RunFolder run, byte[] blocks) {
        try {
            List<Bytes> contents = new ArrayList<>(contents(blocks));
            CertifiedBlock third = BlockCodec.decodeCertified(contents.get(2).toArray());
            Block b = third.block();
            Block other = new Block(
                    b.height(), b.parent(), b.timeMs() + 1, b.proposer(), b.beaconSignature(), b.transactions());
            contents.set(2, Bytes.wrap(BlockCodec.encode(certified(run, other, third.certificate()))));
            return file(contents);
        } catch (IOException | Malformed e) {
            throw new IllegalStateException(e);
        }
    }

    private CertifiedBlock certified(RunFolder run, Block block, Certificate like) {
        RunId id = GenesisFile.read(run.root().resolve("trainer-1/genesis.json"), crypto)
                .runId();
        Hash hash = BlockCodec.hash(block, id, crypto);
        List<Certificate.Vote> votes = new ArrayList<>();
        for (int i = 0; i < AUTHORITIES.size(); i++) {
            SignedVote.Acked vote = new SignedVote.Acked(
                    new BallotNumber(like.counter(), like.authority()),
                    block.height(),
                    hash,
                    like.stateHash(),
                    Bytes.EMPTY);
            byte[] seed = KeyFile.read(run.root().resolve(AUTHORITIES.get(i)).resolve("hotkey.key"));
            votes.add(new Certificate.Vote(i, Ed25519Signer.of(seed).sign(vote.message(id))));
        }
        return new CertifiedBlock(
                block, new Certificate(like.counter(), like.authority(), hash, like.stateHash(), votes));
    }
}
