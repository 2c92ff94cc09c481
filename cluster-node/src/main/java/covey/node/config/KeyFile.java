package covey.node.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The file of a hotkey: a line {@code hotkey HEX} with the public key and a line {@code seed HEX} with the secret.
 * Only its owner may read it (mode 600).
 */
public final class KeyFile {
    private static final int SEED_BYTES = 32;
    private static final int FILE_MAX_BYTES = 1024;
    private static final Pattern FORM = Pattern.compile("hotkey ([0-9a-f]{64})\nseed ([0-9a-f]{64})\n");
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /** Makes a key of 32 random bytes in a new file, durable on return. Refuses to overwrite. */
    public static Hotkey create(Path file, SecureRandom random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return create(file, seed);
    }

    /** Writes a given seed to a new file. */
    public static Hotkey create(Path file, byte[] seed) {
        Hotkey hotkey = hotkeyOf(seed);
        String text = "hotkey " + hotkey + "\nseed " + HexFormat.of().formatHex(seed) + "\n";
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        Set<StandardOpenOption> fresh = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try (FileChannel out = FileChannel.open(file, fresh, mode)) {
                out.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
                out.force(true);
            }
            return hotkey;
        } catch (FileAlreadyExistsException e) {
            throw new ConfigError("hotkey file: " + file + " (expected: no such file; it is never overwritten)", e);
        } catch (IOException e) {
            throw new ConfigError("hotkey file: " + file + " (expected: a place to write to; " + e + ")", e);
        }
    }

    /** Reads the 32 secret bytes. Refuses a file that others may read, and one whose two lines do not agree. */
    public static byte[] read(Path file) {
        String text = text(file);
        Matcher lines = FORM.matcher(text);
        if (!lines.matches()) {
            throw new ConfigError("hotkey file: " + file + " (expected: lines 'hotkey HEX' and 'seed HEX')");
        }
        byte[] seed = HexFormat.of().parseHex(lines.group(2));
        if (!hotkeyOf(seed).equals(Hotkey.parse(lines.group(1)))) {
            throw new ConfigError(
                    "hotkey file: " + file + " (expected: the seed of the hotkey it names; it was altered)");
        }
        return seed;
    }

    /** The public key of a seed. */
    public static Hotkey hotkeyOf(byte[] seed) {
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        return new Hotkey(Hash.of(publicKey));
    }

    private static String text(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(mode)) {
                throw new ConfigError("hotkey file: " + file + " has mode " + PosixFilePermissions.toString(mode)
                        + " (expected: readable by its owner only; chmod 600 it)");
            }
            if (Files.size(file) > FILE_MAX_BYTES) {
                throw new ConfigError("hotkey file: " + file + " (expected: two lines)");
            }
            return Files.readString(file, US_ASCII);
        } catch (NoSuchFileException e) {
            throw new ConfigError("hotkey file: " + file + " (expected: an existing file; covey keygen makes one)", e);
        } catch (IOException e) {
            throw new ConfigError("hotkey file: " + file + " (expected: a readable file; " + e + ")", e);
        }
    }
}
