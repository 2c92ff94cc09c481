package covey.protocol.port;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.lang.foreign.MemorySegment;

/** SHA-256 and Ed25519. Thread-safe. */
public interface Crypto {
    int SIGNATURE_BYTES = 64;

    /** A SHA-256 in progress; used by one thread. */
    interface Digest {
        Digest update(byte[] bytes, int from, int length);

        Digest update(MemorySegment bytes);

        /** Ends the computation and makes this ready for the next one. */
        Hash finish();

        default Digest update(byte[] bytes) {
            return update(bytes, 0, bytes.length);
        }
    }

    Digest sha256();

    default Hash sha256(byte[] bytes) {
        return sha256().update(bytes).finish();
    }

    /** Whether {@code signature} is the hotkey's over {@code message}. False for anything malformed. */
    boolean verify(Hotkey hotkey, byte[] message, Bytes signature);

    /** The private half of a hotkey. Its {@code toString} shows the hotkey only. */
    interface Signer {
        Hotkey hotkey();

        Bytes sign(byte[] message);
    }
}
