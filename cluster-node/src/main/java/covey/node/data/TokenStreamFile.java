package covey.node.data;

import covey.protocol.data.ByteTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Writes a token stream: files in order, an end-of-text between them, u16 little-endian (rule I1). */
final class TokenStreamFile {
    private static final int BUFFER_BYTES = 1 << 20;

    /** @param textBytes tokens that are no end-of-text: bytes of text behind the stream */
    record Size(long tokens, long textBytes) {}

    private final FileChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long tokens;

    private TokenStreamFile(FileChannel out) {
        this.out = out;
    }

    static Size write(Path file, List<TextFile> files) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            TokenStreamFile stream = new TokenStreamFile(out);
            for (int i = 0; i < files.size(); i++) {
                if (i > 0) {
                    stream.token(ByteTokenizer.END_OF_TEXT);
                }
                stream.text(files.get(i).text());
            }
            stream.flush();
            return new Size(stream.tokens, stream.tokens - Math.max(0, files.size() - 1));
        }
    }

    private void text(byte[] text) throws IOException {
        for (int token : ByteTokenizer.INSTANCE.encode(text)) {
            token(token);
        }
    }

    private void token(int token) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.putShort((short) token);
        tokens++;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }
}
