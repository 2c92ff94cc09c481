package covey.node.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import covey.node.store.FileRecords;
import covey.node.store.LeavesFile;
import covey.node.tokenizer.TokenizerFile;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.port.Crypto;
import covey.protocol.port.Records;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.ContentHash;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Token streams of corpora, each made once (rule I4) in a folder named after its fingerprint. Several processes may use
 * one cache at a time.
 */
public final class CorpusCache {
    /** Changes when the same text would give another stream. */
    private static final String FORMAT = "covey/1/corpus/3/";

    private static final String RECORD = "manifest";

    private final Path directory;
    private final Crypto crypto;

    /** @param directory made when it is needed */
    public CorpusCache(Path directory, Crypto crypto) {
        this.directory = directory;
        this.crypto = crypto;
    }

    /** As {@link #prepare(Corpus, int)}, with the byte tokenizer. */
    public PreparedCorpus prepare(Corpus corpus) throws IOException {
        return prepare(corpus, ByteTokenizer.VOCABULARY);
    }

    /**
     * Returns the streams of a corpus, and makes them if they are not there or not whole.
     *
     * @param vocabulary tokens that a model has: up to 256 mean the byte tokenizer for text; above, BPE with the
     *     corpus' own tokenizer.json, or one that is learned from its train part
     */
    public PreparedCorpus prepare(Corpus corpus, int vocabulary) throws IOException {
        int size = Math.clamp(vocabulary, ByteTokenizer.VOCABULARY, Limits.BPE_VOCABULARY_MAX_COUNT);
        Hash key = crypto.sha256((FORMAT + size + "/" + corpus.fingerprint()).getBytes(UTF_8));
        Path folder = directory.resolve("corpus-" + key.hex().substring(0, 16));
        Optional<PreparedCorpus> cached = load(folder);
        if (cached.isPresent()) {
            return cached.get();
        }
        deleteFolder(folder);
        Files.createDirectories(directory);
        Path fresh = Files.createTempDirectory(directory, "making-");
        try {
            make(corpus, size, fresh);
            return publish(fresh, folder);
        } finally {
            deleteFolder(fresh);
        }
    }

    private PreparedCorpus publish(Path fresh, Path folder) throws IOException {
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException madeMeanwhile) {
            if (!Files.isDirectory(folder)) {
                throw madeMeanwhile;
            }
        }
        return load(folder).orElseThrow(() -> new IOException("corpus " + folder + " is not readable"));
    }

    private void make(Corpus corpus, int vocabulary, Path folder) throws IOException {
        CorpusStreams streams = CorpusStreams.write(corpus, vocabulary, folder, crypto);
        Genesis.DataManifest manifest = new Genesis.DataManifest(
                streams.tokenizer(),
                hashed(folder.resolve(CorpusStreams.TRAIN)),
                streams.train().tokens(),
                hashed(folder.resolve(CorpusStreams.HELD_OUT)),
                streams.heldOut().tokens(),
                streams.heldOut().textBytes(),
                corpus.name(),
                tokenizerFile(streams.tokenizer(), folder));
        ManifestJson.write(corpus, manifest, folder, crypto);
        FileRecords.open(folder).write(RECORD, out -> out.section(RECORD, MemorySegment.ofArray(encode(manifest))));
    }

    private Optional<Genesis.Shard> tokenizerFile(String tokenizer, Path folder) {
        if (!TokenizerFile.isBpe(tokenizer)) {
            return Optional.empty();
        }
        byte[] json = TokenizerFile.read(folder.resolve(TokenizerFile.FILE));
        return Optional.of(Genesis.Shard.tokenizer(ContentHash.of(json, crypto), json.length));
    }

    /** Writes the leaves beside a stream and returns its content id. */
    private ContentId hashed(Path stream) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(stream, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            List<Hash> leaves = ContentHash.leaves(bytes, crypto);
            LeavesFile.write(LeavesFile.beside(stream), leaves);
            return ContentHash.of(bytes.byteSize(), leaves, crypto);
        }
    }

    private Optional<PreparedCorpus> load(Path folder) throws IOException {
        if (!Files.isDirectory(folder)
                || !(FileRecords.open(folder).read(RECORD) instanceof Records.Found(Records.Opened record))) {
            return Optional.empty();
        }
        try (record) {
            byte[] bytes = record.section(RECORD).toArray(ValueLayout.JAVA_BYTE);
            return whole(decode(new ByteReader(bytes)), folder);
        } catch (Malformed otherForm) {
            return Optional.empty();
        }
    }

    private Optional<PreparedCorpus> whole(Genesis.DataManifest manifest, Path folder) throws IOException {
        Path train = folder.resolve(CorpusStreams.TRAIN);
        Path heldOut = folder.resolve(CorpusStreams.HELD_OUT);
        Optional<List<Hash>> trainLeaves = leaves(train, manifest.train());
        Optional<List<Hash>> heldOutLeaves = leaves(heldOut, manifest.heldOut());
        return trainLeaves.isPresent() && heldOutLeaves.isPresent() && hasTokenizer(manifest, folder)
                ? Optional.of(new PreparedCorpus(
                        manifest,
                        train,
                        trainLeaves.get(),
                        heldOut,
                        heldOutLeaves.get(),
                        folder.resolve(TokenizerFile.FILE)))
                : Optional.empty();
    }

    private boolean hasTokenizer(Genesis.DataManifest manifest, Path folder) throws IOException {
        Path file = folder.resolve(TokenizerFile.FILE);
        return !TokenizerFile.isBpe(manifest.tokenizer())
                || Files.exists(file)
                        && TokenizerFile.name(Files.readAllBytes(file), crypto).equals(manifest.tokenizer());
    }

    /** The leaves, if they and the stream's length are those of the id. */
    private Optional<List<Hash>> leaves(Path stream, ContentId id) throws IOException {
        if (!Files.exists(stream)) {
            return Optional.empty();
        }
        long length = Files.size(stream);
        return LeavesFile.read(LeavesFile.beside(stream))
                .filter(leaves -> ContentHash.of(length, leaves, crypto).equals(id));
    }

    private static byte[] encode(Genesis.DataManifest m) {
        ByteWriter out = new ByteWriter()
                .text(m.tokenizer())
                .hash(m.train().hash())
                .i64(m.trainTokens())
                .hash(m.heldOut().hash())
                .i64(m.heldOutTokens())
                .i64(m.heldOutTextBytes())
                .text(m.source());
        m.tokenizerFile().ifPresent(file -> out.hash(file.content().hash()).i64(file.lengthBytes()));
        return out.toByteArray();
    }

    private static Genesis.DataManifest decode(ByteReader in) throws Malformed {
        String tokenizer = in.text(Limits.ADDRESS_MAX_BYTES);
        Genesis.DataManifest manifest = new Genesis.DataManifest(
                tokenizer,
                new ContentId(in.hash()),
                in.i64(),
                new ContentId(in.hash()),
                in.i64(),
                in.i64(),
                in.text(Limits.ADDRESS_MAX_BYTES),
                TokenizerFile.isBpe(tokenizer)
                        ? Optional.of(Genesis.Shard.tokenizer(new ContentId(in.hash()), in.i64()))
                        : Optional.empty());
        in.end();
        return manifest;
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
