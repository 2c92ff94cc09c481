package covey.node.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.config.HostPort;
import covey.node.config.KeyFile;
import covey.node.door.DoorClient;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of a verb that signs one statement and submits it. */
final class DoorOptions {
    @Option(names = "--door", paramLabel = "HOST:PORT", required = true, description = "An authority's door.")
    private String door = "";

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "Key file of who says it.")
    private Path key = Path.of("");

    @Option(names = "--run-id", paramLabel = "ID", description = "Refuse any other run.")
    private @Nullable String runId;

    @Mixin
    private JsonOutput json = new JsonOutput();

    /** Says what the hotkey of the key file means to say; prints the transaction that the door took. */
    Integer say(CommandSpec spec, Function<Hotkey, EconomyStatement> statement) {
        DoorClient client = new DoorClient(HostPort.parse("--door", door), _ -> true);
        try {
            Speaker speaker = Speaker.at(client, Ed25519Signer.of(KeyFile.read(key)));
            if (runId != null && !speaker.run().toString().equals(runId)) {
                throw new CommandFailed("run id: " + speaker.run() + " (expected: " + runId + ")");
            }
            SignedTransaction signed = speaker.sign(statement.apply(speaker.key()));
            Optional<String> refused = client.submit(signed);
            if (refused.isPresent()) {
                throw new CommandFailed(refused.get());
            }
            print(spec, signed);
            return Covey.DONE;
        } catch (Malformed e) {
            throw new CommandFailed("door " + client.door() + ": " + e.rule(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private void print(CommandSpec spec, SignedTransaction signed) {
        ObjectNode out = JsonOutput.object()
                .put("hotkey", signed.transaction().hotkey().toString())
                .put("nonce", signed.transaction().nonce())
                .put("expiryHeight", signed.transaction().expiryHeight());
        if (json.wanted()) {
            json.print(spec, out);
        } else {
            spec.commandLine()
                    .getOut()
                    .println("submitted, counts until height "
                            + signed.transaction().expiryHeight());
        }
    }

    static Hotkey key(String option, String hex) {
        return new Hotkey(hash(option, hex));
    }

    static Hash hash(String option, String hex) {
        try {
            return Hash.parse(hex);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(option + ": '" + hex + "' (expected: 64 hexadecimal digits)", e);
        }
    }
}
