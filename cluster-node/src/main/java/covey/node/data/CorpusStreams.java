package covey.node.data;

import covey.node.config.ConfigError;
import covey.node.data.ShardCorpus.Range;
import covey.node.tokenizer.TokenizerFile;
import covey.node.tokenizer.TokenizerJson;
import covey.protocol.data.ByteTokenizer;
import covey.protocol.data.Tokenizer;
import covey.protocol.data.bpe.BpeTrainer;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes the streams of a corpus, and its tokenizer.json if it has one, into a folder.
 *
 * @param tokenizer its name
 */
record CorpusStreams(String tokenizer, TokenStreamFile.Size train, TokenStreamFile.Size heldOut) {
    static final String TRAIN = "train.u16";
    static final String HELD_OUT = "held-out.u16";

    /** @param vocabulary as {@link CorpusCache#prepare(Corpus, int)} has it */
    static CorpusStreams write(Corpus corpus, int vocabulary, Path folder, Crypto crypto) throws IOException {
        return switch (corpus) {
            case TextCorpus text -> texts(text, vocabulary, folder, crypto);
            case ShardCorpus shards -> shards(shards, vocabulary, folder, crypto);
        };
    }

    private static CorpusStreams texts(TextCorpus corpus, int vocabulary, Path folder, Crypto crypto)
            throws IOException {
        CorpusSplit split = CorpusSplit.of(corpus.read(), crypto);
        Optional<byte[]> json = vocabulary == ByteTokenizer.VOCABULARY
                ? Optional.empty()
                : Optional.of(json(corpus, split, vocabulary));
        String name = writeTokenizer(json, folder, crypto);
        Tokenizer tokenizer = open(name, vocabulary, folder, crypto);
        return new CorpusStreams(
                name,
                TokenStreamFile.write(folder.resolve(TRAIN), tokenizer, out -> out.texts(split.train())),
                TokenStreamFile.write(folder.resolve(HELD_OUT), tokenizer, out -> out.texts(split.heldOut())));
    }

    private static byte[] json(TextCorpus corpus, CorpusSplit split, int vocabulary) {
        Optional<Path> given = corpus.tokenizer();
        return given.isPresent()
                ? TokenizerFile.read(given.get())
                : TokenizerJson.write(BpeTrainer.train(
                        split.train().stream().map(TextFile::text).toList(), vocabulary));
    }

    private static CorpusStreams shards(ShardCorpus corpus, int vocabulary, Path folder, Crypto crypto)
            throws IOException {
        ShardCorpus.Split split = corpus.split();
        String name = writeTokenizer(corpus.tokenizer().map(TokenizerFile::read), folder, crypto);
        Tokenizer tokenizer = open(name, vocabulary, folder, crypto);
        return new CorpusStreams(
                name,
                shards(folder.resolve(TRAIN), tokenizer, split.train()),
                shards(folder.resolve(HELD_OUT), tokenizer, split.heldOut()));
    }

    private static TokenStreamFile.Size shards(Path file, Tokenizer tokenizer, List<Range> ranges) throws IOException {
        return TokenStreamFile.write(file, tokenizer, out -> {
            for (Range range : ranges) {
                out.shard(range);
            }
        });
    }

    /** Returns its name. */
    private static String writeTokenizer(Optional<byte[]> json, Path folder, Crypto crypto) throws IOException {
        if (json.isEmpty()) {
            return ByteTokenizer.NAME;
        }
        Files.write(folder.resolve(TokenizerFile.FILE), json.get());
        return TokenizerFile.name(json.get(), crypto);
    }

    private static Tokenizer open(String name, int vocabulary, Path folder, Crypto crypto) {
        Tokenizer tokenizer = TokenizerFile.open(name, folder.resolve(TokenizerFile.FILE), crypto);
        if (tokenizer.vocabulary() > vocabulary) {
            throw new ConfigError("tokenizer: " + tokenizer.vocabulary() + " tokens (expected: at most the model's "
                    + vocabulary + ")");
        }
        return tokenizer;
    }
}
