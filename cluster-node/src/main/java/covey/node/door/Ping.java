package covey.node.door;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;

/**
 * A node says at a door that it lives (rule D4). The signature covers "covey/1/ping", the run id and the body (rule
 * A2).
 *
 * @param address Artery HOST:PORT, for newcomers; may be empty
 * @param counterMs grows from ping to ping of a hotkey, across restarts too
 */
public record Ping(RunId run, Hotkey hotkey, String address, long counterMs) {
    private static final byte[] DOMAIN = "covey/1/ping".getBytes(StandardCharsets.US_ASCII);

    /** A ping and the signature that it came with. */
    record Signed(Ping ping, Bytes signature) {
        boolean isSigned(Crypto crypto) {
            return crypto.verify(ping.hotkey, ping.message(), signature);
        }
    }

    /** Run id, body, signature. */
    public Bytes sign(Crypto.Signer signer) {
        ByteWriter out = new ByteWriter().hash(run.hash());
        return body(out).raw(signer.sign(message())).toBytes();
    }

    private byte[] message() {
        return body(new ByteWriter().raw(DOMAIN).hash(run.hash())).toByteArray();
    }

    private ByteWriter body(ByteWriter out) {
        return out.hash(hotkey.hash()).text(address).i64(counterMs);
    }

    static Signed decode(byte[] bytes) throws Malformed {
        ByteReader in = new ByteReader(bytes);
        RunId run = new RunId(in.hash());
        Hotkey hotkey = new Hotkey(in.hash());
        String address = in.text(Limits.ADDRESS_MAX_BYTES);
        long counterMs = in.i64();
        Bytes signature = Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES));
        in.end();
        return new Signed(new Ping(run, hotkey, address, counterMs), signature);
    }
}
