package covey.node.wiring;

import covey.actors.remote.TlsIdentity;
import covey.node.config.ConfigError;
import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.node.config.NodeConfig;
import covey.node.door.Joining;
import covey.node.store.DataDirectory;
import covey.node.store.DurableFiles;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.security.SecureRandom;

/**
 * Who a node is and which run it belongs to.
 *
 * @param genesis of the run
 */
record NodeIdentity(Ed25519Signer signer, TlsIdentity tls, GenesisFile genesis) {
    private static final long JOIN_PATIENCE_MS = 30_000;

    /**
     * Reads key and genesis from the node's folder; makes the key and asks the seeds for genesis at the first start.
     */
    static NodeIdentity of(NodeConfig config, DataDirectory directory, Crypto crypto) throws IOException {
        if (!Files.exists(config.hotkeyFile())) {
            KeyFile.create(config.hotkeyFile(), new SecureRandom());
        }
        byte[] seed = KeyFile.read(config.hotkeyFile());
        return new NodeIdentity(
                Ed25519Signer.of(seed), TlsIdentity.of(seed), checked(config, genesis(config, directory, crypto)));
    }

    private static GenesisFile genesis(NodeConfig config, DataDirectory directory, Crypto crypto) throws IOException {
        if (Files.exists(directory.genesis())) {
            return GenesisFile.read(directory.genesis(), crypto);
        }
        if (config.seeds().isEmpty()) {
            throw new ConfigError("seeds: none (expected: --seed HOST:PORT of a door, at the first start)");
        }
        GenesisFile found = Joining.ask(config.seeds(), config.runId(), crypto, JOIN_PATIENCE_MS)
                .genesis();
        DurableFiles.replace(
                directory.genesis(),
                out -> DurableFiles.write(
                        out, MemorySegment.ofArray(found.bytes().unsafeArray())));
        return found;
    }

    private static GenesisFile checked(NodeConfig config, GenesisFile genesis) {
        RunId run = genesis.runId();
        if (config.runId().filter(pinned -> !pinned.equals(run)).isPresent()) {
            throw new ConfigError("run id: " + config.runId().get() + " (expected: " + run
                    + ", which this folder belongs to; use another dataDirectory for another run)");
        }
        return genesis;
    }
}
