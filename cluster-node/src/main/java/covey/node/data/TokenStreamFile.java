package covey.node.data;

import covey.node.config.ConfigError;
import covey.protocol.data.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes a token stream: texts in order, an end-of-text between them, u16 little-endian (rule I1). */
final class TokenStreamFile {
    private static final int BUFFER_BYTES = 1 << 20;

    /** @param textBytes bytes of text behind the stream */
    record Size(long tokens, long textBytes) {}

    /** What is to be written. */
    interface Filler {
        void fill(TokenStreamFile out) throws IOException;
    }

    private final FileChannel out;
    private final Tokenizer tokenizer;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long tokens;
    private long textBytes;

    private TokenStreamFile(FileChannel out, Tokenizer tokenizer) {
        this.out = out;
        this.tokenizer = tokenizer;
    }

    static Size write(Path file, Tokenizer tokenizer, Filler filler) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            TokenStreamFile stream = new TokenStreamFile(out, tokenizer);
            filler.fill(stream);
            stream.flush();
            return new Size(stream.tokens, stream.textBytes);
        }
    }

    void texts(List<TextFile> files) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            if (i > 0) {
                token(tokenizer.endOfText());
            }
            for (int token : tokenizer.encode(files.get(i).text())) {
                token(token);
            }
        }
    }

    /** Refuses a token that the tokenizer has not. */
    void shard(ShardCorpus.Range range) throws IOException {
        for (long i = range.from(); i < range.to(); i++) {
            long token = range.shard().token(i);
            if (token >= tokenizer.vocabulary()) {
                throw new ConfigError("corpus: " + range.shard().file() + " has token " + token + " at " + i
                        + " (expected: 0 to " + (tokenizer.vocabulary() - 1)
                        + ", as the tokenizer.json beside it says; without one, bytes)");
            }
            token((int) token);
        }
    }

    private void token(int token) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.putShort((short) token);
        tokens++;
        textBytes += tokenizer.text(token).length();
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }
}
