package covey.protocol.port;

import java.util.List;
import java.util.function.Consumer;

/**
 * Named records of sections, each replaced as a whole and durably: after a crash a name holds the old record or the new
 * one (rules E1, E3). Thread-safe, but one name has one writer. Methods block on the disk and throw
 * {@link StoreFailure}.
 */
public interface Records {
    /**
     * Writes the sections that {@code body} hands over and replaces what the name held. Durable on return. If {@code
     * body} throws, the old record stays.
     *
     * @param name letters, digits, dots, dashes and underscores; 1 to 64 of them, the first a letter or a digit
     */
    void write(String name, Consumer<Sections.Writer> body);

    /** Opens a record after checking every byte of it. */
    Lookup read(String name);

    /** Deletes durably; nothing happens if the name holds none. */
    void delete(String name);

    /** Names that hold a record, in ascending order. */
    List<String> names();

    /** What a name holds. */
    sealed interface Lookup {}

    /** No record. */
    record Absent() implements Lookup {}

    /** A record that was torn or altered. It is never used; the reason names the file and the check. */
    record Damaged(String reason) implements Lookup {}

    /** A complete record. The finder closes it; sections must not be touched afterwards. */
    record Found(Opened record) implements Lookup {}

    /** An open record. */
    interface Opened extends Sections.Reader, AutoCloseable {
        @Override
        void close();
    }
}
