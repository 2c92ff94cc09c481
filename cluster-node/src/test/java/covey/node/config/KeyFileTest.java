package covey.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import covey.protocol.model.Hotkey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir
    Path directory;

    @Test
    void shouldReadBackTheKeyThatItMade() throws IOException {
        Path file = directory.resolve("keys/hotkey.key");
        Hotkey hotkey = KeyFile.create(file, new SecureRandom());

        assertThat(KeyFile.hotkeyOf(KeyFile.read(file))).isEqualTo(hotkey);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldNeverOverwriteAKey() {
        Path file = directory.resolve("hotkey.key");
        Hotkey hotkey = KeyFile.create(file, new byte[32]);

        assertThatThrownBy(() -> KeyFile.create(file, new SecureRandom()))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("never overwritten");
        assertThat(KeyFile.hotkeyOf(KeyFile.read(file))).isEqualTo(hotkey);
    }

    @Test
    void shouldRefuseAFileThatOthersMayRead() throws IOException {
        Path file = directory.resolve("hotkey.key");
        KeyFile.create(file, new byte[32]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> KeyFile.read(file))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("mode rw-r-----")
                .hasMessageContaining("chmod 600");
    }

    @Test
    void shouldRefuseAlteredMissingAndSenselessFiles() throws IOException {
        Path file = directory.resolve("hotkey.key");
        KeyFile.create(file, new byte[32]);
        String text = Files.readString(file);

        Files.writeString(file, text.replace("seed 00", "seed 10"));
        assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("altered");
        Files.writeString(file, text + "more");
        assertThatThrownBy(() -> KeyFile.read(file)).hasMessageContaining("lines 'hotkey HEX' and 'seed HEX'");
        assertThatThrownBy(() -> KeyFile.read(directory.resolve("none")))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("covey keygen");
    }
}
