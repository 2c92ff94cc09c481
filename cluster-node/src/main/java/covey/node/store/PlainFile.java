package covey.node.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Bytes at offsets of a file. Unlike a channel it is not closed when a thread that uses it is interrupted, which would
 * look like a disk error. Thread-safe.
 */
final class PlainFile implements AutoCloseable {
    private static final int STEP_BYTES = 64 << 10;

    private final RandomAccessFile file;

    private PlainFile(RandomAccessFile file) {
        this.file = file;
    }

    /** Creates the file if it is missing. */
    static PlainFile openToWrite(Path path) throws IOException {
        return new PlainFile(new RandomAccessFile(path.toFile(), "rw"));
    }

    static PlainFile openToRead(Path path) throws IOException {
        return new PlainFile(new RandomAccessFile(path.toFile(), "r"));
    }

    synchronized long length() throws IOException {
        return file.length();
    }

    synchronized byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.seek(offset);
        file.readFully(bytes);
        return bytes;
    }

    synchronized void write(long offset, byte[] bytes) throws IOException {
        file.seek(offset);
        file.write(bytes);
    }

    synchronized void truncate(long length) throws IOException {
        file.setLength(length);
    }

    /** Writes zeros, so that the disk has the space. */
    synchronized void allocate(long offset, int length) throws IOException {
        byte[] zeros = new byte[STEP_BYTES];
        file.seek(offset);
        for (int left = length; left > 0; left -= STEP_BYTES) {
            file.write(zeros, 0, Math.min(left, STEP_BYTES));
        }
    }

    synchronized void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
