package covey.node.data;

import java.util.Arrays;

/**
 * One file of a corpus.
 *
 * @param path relative, with slashes
 * @param text its bytes; not copied, not to be written to
 */
record TextFile(String path, byte[] text) {
    /** The folder, or an empty text at the top. */
    String folder() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextFile that && path.equals(that.path) && Arrays.equals(text, that.text);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
