package covey.protocol.ledger;

import covey.protocol.ledger.Statement.Absent;
import covey.protocol.ledger.Statement.Attest;
import covey.protocol.ledger.Statement.Commit;
import covey.protocol.ledger.Statement.Economic;
import covey.protocol.ledger.Statement.Evaluate;
import covey.protocol.ledger.Statement.Holds;
import covey.protocol.ledger.Statement.Present;
import covey.protocol.ledger.Statement.Ready;
import covey.protocol.ledger.Statement.Register;
import covey.protocol.ledger.Statement.Root;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.ledger.economy.EconomyStatementCodec;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one encoding of a transaction: run id, body, signature. The body is hotkey, role, nonce, expiry height, kind,
 * statement; the signature covers "covey/1/transaction", the run id and the body (rule A2). Decoding checks each length
 * before it allocates and refuses trailing bytes; it does not check signatures.
 */
public final class TransactionCodec {
    private static final byte[] DOMAIN = "covey/1/transaction".getBytes(StandardCharsets.US_ASCII);

    private static final int REGISTER = 1;
    private static final int READY = 2;
    private static final int COMMIT = 3;
    private static final int ATTEST = 4;
    private static final int HOLDS = 5;
    private static final int ROOT = 6;
    private static final int ABSENT = 7;
    private static final int PRESENT = 8;
    private static final int ECONOMIC = 9;
    private static final int EVALUATE = 10;

    private TransactionCodec() {}

    public static SignedTransaction sign(Transaction transaction, Crypto.Signer signer) {
        return new SignedTransaction(transaction, signer.sign(signingBytes(transaction)));
    }

    /** Whether the signature is the hotkey's over this transaction and run. */
    public static boolean isSigned(SignedTransaction signed, Crypto crypto) {
        Transaction transaction = signed.transaction();
        return signed.signature().length() == Crypto.SIGNATURE_BYTES
                && crypto.verify(transaction.hotkey(), signingBytes(transaction), signed.signature());
    }

    public static byte[] signingBytes(Transaction transaction) {
        ByteWriter out = new ByteWriter();
        out.raw(DOMAIN).hash(transaction.run().hash());
        writeBody(out, transaction);
        return out.toByteArray();
    }

    /** Throws IllegalArgumentException for a transaction that no decoder would take: a bug of ours. */
    public static byte[] encode(SignedTransaction signed) {
        Transaction transaction = signed.transaction();
        ByteWriter out = new ByteWriter();
        out.hash(transaction.run().hash());
        writeBody(out, transaction);
        require(
                signed.signature().length() == Crypto.SIGNATURE_BYTES,
                "signature bytes",
                signed.signature().length());
        out.raw(signed.signature());
        require(out.size() <= Limits.TRANSACTION_MAX_BYTES, "transaction bytes", out.size());
        return out.toByteArray();
    }

    public static SignedTransaction decode(byte[] bytes) throws Malformed {
        if (bytes.length > Limits.TRANSACTION_MAX_BYTES) {
            throw new Malformed(
                    "transaction: " + bytes.length + " bytes (expected: at most " + Limits.TRANSACTION_MAX_BYTES + ")");
        }
        ByteReader in = new ByteReader(bytes);
        RunId run = new RunId(in.hash());
        Hotkey hotkey = new Hotkey(in.hash());
        Role role = readRole(in);
        long nonce = in.i64();
        long expiryHeight = in.i64();
        Statement statement = readStatement(in);
        var signature = Bytes.wrap(in.raw(Crypto.SIGNATURE_BYTES));
        in.end();
        return new SignedTransaction(new Transaction(run, hotkey, role, nonce, expiryHeight, statement), signature);
    }

    private static void writeBody(ByteWriter out, Transaction transaction) {
        out.hash(transaction.hotkey().hash())
                .u8(transaction.role().bit())
                .i64(transaction.nonce())
                .i64(transaction.expiryHeight());
        writeStatement(out, transaction.statement());
    }

    private static void writeStatement(ByteWriter out, Statement statement) {
        switch (statement) {
            case Register s -> {
                out.u8(REGISTER).hash(s.coldkey().hash()).u8(roleBits(s.roles()));
                text(out, s.label(), Limits.LABEL_MAX_BYTES).i64(s.work());
            }
            case Ready s -> out.u8(READY).i64(s.round());
            case Commit s ->
                out.u8(COMMIT).i64(s.round()).hash(s.contribution().hash()).i64(s.lengthBytes());
            case Attest s -> {
                require(
                        s.verdicts().size() <= Limits.COLLECT_MAX_COUNT,
                        "verdicts",
                        s.verdicts().size());
                out.u8(ATTEST).i64(s.round()).u16(s.verdicts().size());
                s.verdicts().forEach(v -> writeVerdict(out, v));
            }
            case Holds s -> {
                require(
                        s.bitmap().length() <= Limits.HOLDS_MAX_BYTES,
                        "bitmap bytes",
                        s.bitmap().length());
                out.u8(HOLDS).i64(s.round()).sized(s.bitmap());
            }
            case Root s -> out.u8(ROOT).i64(s.round()).hash(s.stateRoot().hash());
            case Absent s -> writeAbout(out.u8(ABSENT), s.round(), s.subject(), s.reason());
            case Present s -> writeAbout(out.u8(PRESENT), s.round(), s.subject(), s.reason());
            case Economic s -> EconomyStatementCodec.write(out.u8(ECONOMIC), s.said());
            case Evaluate s -> writeEvaluations(out.u8(EVALUATE).i64(s.round()), s.passed());
        }
    }

    private static void writeEvaluations(ByteWriter out, SortedMap<Hotkey, Boolean> passed) {
        require(passed.size() <= Limits.COLLECT_MAX_COUNT, "evaluations", passed.size());
        out.u16(passed.size());
        passed.forEach((trainer, pass) -> out.hash(trainer.hash()).bool(pass));
    }

    private static void writeVerdict(ByteWriter out, Verdict verdict) {
        require(verdict.code() >= 0 && verdict.code() <= 0xFFFF, "verdict code", verdict.code());
        out.hash(verdict.contribution().hash()).u16(verdict.code());
    }

    private static void writeAbout(ByteWriter out, long round, Hotkey subject, String reason) {
        text(out.i64(round).hash(subject.hash()), reason, Limits.REASON_MAX_BYTES);
    }

    private static Statement readStatement(ByteReader in) throws Malformed {
        int kind = in.u8();
        return switch (kind) {
            case REGISTER ->
                new Register(new Hotkey(in.hash()), readRoleBits(in), in.text(Limits.LABEL_MAX_BYTES), in.i64());
            case READY -> new Ready(readRound(in));
            case COMMIT -> new Commit(readRound(in), new ContentId(in.hash()), readLength(in));
            case ATTEST -> new Attest(readRound(in), readVerdicts(in));
            case HOLDS -> new Holds(readRound(in), in.sized(Limits.HOLDS_MAX_BYTES));
            case ROOT -> new Root(readRound(in), new ContentId(in.hash()));
            case ABSENT -> new Absent(readRound(in), new Hotkey(in.hash()), in.text(Limits.REASON_MAX_BYTES));
            case PRESENT -> new Present(readRound(in), new Hotkey(in.hash()), in.text(Limits.REASON_MAX_BYTES));
            case ECONOMIC -> new Economic(EconomyStatementCodec.read(in));
            case EVALUATE -> new Evaluate(readRound(in), readEvaluations(in));
            default -> throw new Malformed("statement kind: " + kind + " (expected: 1 to 10)");
        };
    }

    private static List<Verdict> readVerdicts(ByteReader in) throws Malformed {
        int count = in.u16();
        if (count > Limits.COLLECT_MAX_COUNT) {
            throw new Malformed("verdicts: " + count + " (expected: at most " + Limits.COLLECT_MAX_COUNT + ")");
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            verdicts.add(new Verdict(new ContentId(in.hash()), in.u16()));
        }
        return verdicts;
    }

    private static SortedMap<Hotkey, Boolean> readEvaluations(ByteReader in) throws Malformed {
        int count = in.u16();
        if (count > Limits.COLLECT_MAX_COUNT) {
            throw new Malformed("evaluations: " + count + " (expected: at most " + Limits.COLLECT_MAX_COUNT + ")");
        }
        TreeMap<Hotkey, Boolean> passed = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            Hotkey trainer = new Hotkey(in.hash());
            if (!passed.isEmpty() && passed.lastKey().compareTo(trainer) >= 0) {
                throw new Malformed("evaluations: not in order of hotkeys, each once");
            }
            passed.put(trainer, in.bool());
        }
        return passed;
    }

    private static long readRound(ByteReader in) throws Malformed {
        long round = in.i64();
        if (round < 0) {
            throw new Malformed("round: " + round + " (expected: at least 0)");
        }
        return round;
    }

    private static long readLength(ByteReader in) throws Malformed {
        long length = in.i64();
        if (length < 1 || length > Limits.CONTRIBUTION_MAX_BYTES) {
            throw new Malformed(
                    "contribution bytes: " + length + " (expected: 1 to " + Limits.CONTRIBUTION_MAX_BYTES + ")");
        }
        return length;
    }

    private static Role readRole(ByteReader in) throws Malformed {
        int bit = in.u8();
        for (Role role : Role.values()) {
            if (role.bit() == bit) {
                return role;
            }
        }
        throw new Malformed("role: " + bit + " (expected: one role's bit)");
    }

    private static int readRoleBits(ByteReader in) throws Malformed {
        int bits = in.u8();
        if (bits >= Role.AUTHORITY.bit() << 1) {
            throw new Malformed("roles: " + bits + " (expected: bits of known roles)");
        }
        return bits;
    }

    private static int roleBits(int bits) {
        require(bits >= 0 && bits < Role.AUTHORITY.bit() << 1, "roles", bits);
        return bits;
    }

    private static ByteWriter text(ByteWriter out, String value, int maxBytes) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        require(length <= maxBytes, "text bytes", length);
        return out.text(value);
    }

    private static void require(boolean ok, String name, long value) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: within Limits)");
        }
    }
}
