package covey.node.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.node.config.ConfigError;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.PreparedCorpus;
import covey.node.store.FileContentStore;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.ModelShape;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.ContentStore;
import covey.protocol.port.TokenSource;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.transport.agent.AeronBulkTransfer;
import covey.transport.driver.BulkSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NodeDataTest {
    private static final Path TEXT = Path.of("synthetic:7");
    private static final Hotkey FETCHER = new Hotkey(new Hash(1, 0, 0, 0));
    private static final Hotkey BAD = new Hotkey(new Hash(2, 0, 0, 0));
    private static final Hotkey GOOD = new Hotkey(new Hash(3, 0, 0, 0));
    private static final long BYTES_PER_SECOND = 50_000_000;
    private static final long GIVE_UP_NS = 60_000_000_000L;

    @TempDir
    Path directory;

    private final Ed25519Crypto crypto = new Ed25519Crypto();

    private static Genesis.DataManifest manifest(String tokenizer, int text) {
        ContentId content = new ContentId(new TestCrypto().sha256(new byte[] {(byte) text}));
        return new Genesis.DataManifest(tokenizer, content, 1000, content, 100, 90, "text " + text);
    }

    @Test
    void shouldTellAnotherTextAndAnotherTokenizerByOneLine() {
        assertThat(NodeData.difference(manifest("bpe:aa", 1), manifest("bpe:aa", 1)))
                .isEmpty();
        assertThat(NodeData.difference(manifest("bpe:aa", 1), manifest("bpe:bb", 1)))
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("by tokenizer bpe:aa (expected: the run's text, text 1 by tokenizer bpe:bb")
                        .hasLineCount(1));
        assertThat(NodeData.difference(manifest("bytes", 2), manifest("bytes", 1)))
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("corpus: text 2 by tokenizer bytes (expected: the run's text, text 1"));
    }

    @Test
    void shouldRefuseToFetchATokenizerThatGenesisDoesNotNameByContent() {
        assertThatCode(() -> NodeData.requireNamed(manifest("bytes", 1))).doesNotThrowAnyException();
        assertThatThrownBy(() -> NodeData.requireNamed(manifest("bpe:aa", 1)))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("tokenizer: bpe:aa has no content id")
                .hasMessageContaining("rule F4")
                .message()
                .hasLineCount(1);
    }

    private CorpusCache cache() {
        return new CorpusCache(directory.resolve("cache"), crypto);
    }

    private Genesis genesis(int vocabulary) throws IOException {
        PreparedCorpus corpus = cache().prepare(Corpus.of(Optional.of(TEXT)), vocabulary);
        Genesis run = TestRun.of(1, 1, 1).genesis();
        return new Genesis(
                run.name(),
                new ModelShape(vocabulary, 64, 2, 2, 2, 192, run.model().sequence(), true),
                run.seed(),
                run.thetaRoot(),
                run.training(),
                run.timing(),
                run.members(),
                run.authorities(),
                corpus.manifest());
    }

    private FileContentStore store(String name) {
        return FileContentStore.open(directory.resolve(name), crypto);
    }

    /** Of a node whose text is another one. */
    private NodeData stranger(Genesis genesis, FileContentStore store) throws IOException {
        Path other = directory.resolve("other");
        if (!Files.exists(other)) {
            Files.createDirectory(other);
            for (int i = 0; i < 20; i++) {
                Files.writeString(other.resolve(i + ".txt"), "another text, of file " + i + "\n");
            }
        }
        return NodeData.of(Optional.of(other), cache(), genesis, store, crypto);
    }

    private NodeData holder(Genesis genesis, FileContentStore store) throws IOException {
        return NodeData.of(Optional.of(TEXT), cache(), genesis, store, crypto);
    }

    private AeronBulkTransfer transfer(String name, ContentStore store) {
        BulkSettings settings = new BulkSettings(
                directory.resolve(name),
                "127.0.0.1",
                "127.0.0.1",
                0,
                0,
                BYTES_PER_SECOND,
                BYTES_PER_SECOND,
                GIVE_UP_NS);
        return new AeronBulkTransfer(settings, store, crypto, new SecureRandom());
    }

    private static int[] window(TokenSource source, long id, int sequence) {
        int[] tokens = new int[sequence + 1];
        source.window(id, tokens, 0);
        return tokens;
    }

    @Test
    void shouldLackNothingWhereTheTextIsTheRuns() throws IOException {
        Genesis genesis = genesis(256);
        FileContentStore store = store("holder");
        NodeData data = holder(genesis, store);

        assertThat(data.missing()).isEmpty();
        assertThat(genesis.data().shards())
                .allMatch(shard -> store.read(shard.content())
                        .filter(bytes -> bytes.byteSize() == shard.lengthBytes())
                        .isPresent());
        assertThat(data.bitsPerByte(1)).isFinite();
        assertThat(data.evaluationWindows()).isNotEmpty().allMatch(id -> id < genesis.heldOutWindows());
    }

    @Test
    void shouldNameTheTokenizersFileAmongTheShards() throws IOException {
        Genesis genesis = genesis(320);
        FileContentStore store = store("holder");
        holder(genesis, store);

        assertThat(genesis.data().shards())
                .extracting(Genesis.Shard::name)
                .containsExactly("tokenizer", "held-out", "train");
        assertThat(genesis.data().shards()).allMatch(shard -> store.has(shard.content()));
    }

    /** A holder with a flipped byte costs a segment; who fetched needs no text at its next start. */
    @Test
    void shouldFetchWhatItLacksThoughAHolderFlipsAByte() throws Exception {
        Genesis genesis = genesis(320);
        int sequence = genesis.model().sequence();
        FileContentStore good = store("good");
        FileContentStore mine = store("mine");
        NodeData held = holder(genesis, good);
        NodeData data = stranger(genesis, mine);
        assertThat(data.missing()).isEqualTo(genesis.data().shards());
        assertThat(data.bitsPerByte(1)).isNaN();
        try (AeronBulkTransfer bad =
                        transfer("a", new Flipping(good, genesis.data().train()));
                AeronBulkTransfer honest = transfer("b", good);
                AeronBulkTransfer fetching = transfer("c", mine)) {
            held.serve(bad);
            held.serve(honest);
            fetching.learn(BAD, bad.offerFor(FETCHER));
            fetching.learn(GOOD, honest.offerFor(FETCHER));
            for (Genesis.Shard shard : data.missing()) {
                fetch(fetching, shard);
            }
            assertThat(fetching.counters().badSegments()).isPositive();
        }
        data.arrived();

        assertThat(data.missing()).isEmpty();
        for (long id : new long[] {0, genesis.trainWindows() / 2, genesis.trainWindows() - 1}) {
            assertThat(window(data.train(), id, sequence)).isEqualTo(window(held.train(), id, sequence));
        }
        assertThat(data.bitsPerByte(1)).isEqualTo(held.bitsPerByte(1));
        NodeData again = stranger(genesis, store("mine"));
        assertThat(again.missing()).isEmpty();
        assertThat(window(again.heldOut(), 0, sequence)).isEqualTo(window(held.heldOut(), 0, sequence));
    }

    /** First from the bad holder alone, then from both, as a joiner asks whoever becomes reachable. */
    private static void fetch(BulkTransfer fetching, Genesis.Shard shard) {
        CompletableFuture<ContentId> fetched = new CompletableFuture<>();
        fetching.fetch(shard.content(), shard.lengthBytes(), List.of(BAD), new BulkTransfer.FetchListener() {
            @Override
            public void progressed(ContentId id, int verifiedSegments) {
                if (verifiedSegments > 0) {
                    fetching.fetch(id, shard.lengthBytes(), List.of(BAD, GOOD), this);
                }
            }

            @Override
            public void fetched(ContentId id) {
                fetched.complete(id);
            }

            @Override
            public void failed(ContentId id, String reason) {
                fetched.completeExceptionally(new AssertionError(shard.name() + ": " + reason));
            }
        });
        assertThat(fetched.join()).isEqualTo(shard.content());
    }

    /** Gives a content with a wrong byte in its second segment. */
    private record Flipping(ContentStore store, ContentId content) implements ContentStore {
        @Override
        public Optional<MemorySegment> read(ContentId id) {
            return store.read(id).map(bytes -> id.equals(content) ? flipped(bytes) : bytes);
        }

        private static MemorySegment flipped(MemorySegment bytes) {
            byte[] copy = bytes.toArray(ValueLayout.JAVA_BYTE);
            copy[Limits.SEGMENT_BYTES + 5] ^= 1;
            return MemorySegment.ofArray(copy);
        }

        @Override
        public ContentId put(MemorySegment bytes) {
            return store.put(bytes);
        }

        @Override
        public boolean has(ContentId id) {
            return store.has(id);
        }

        @Override
        public Optional<List<Hash>> leaves(ContentId id) {
            return store.leaves(id);
        }

        @Override
        public void delete(ContentId id) {
            store.delete(id);
        }

        @Override
        public Partial partial(ContentId id, long lengthBytes, List<Hash> leaves) {
            return store.partial(id, lengthBytes, leaves);
        }
    }
}
