package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.AddStake;
import covey.protocol.ledger.economy.EconomyStatement.BuyUid;
import covey.protocol.ledger.economy.EconomyStatement.CloseStream;
import covey.protocol.ledger.economy.EconomyStatement.CommitWeights;
import covey.protocol.ledger.economy.EconomyStatement.Follow;
import covey.protocol.ledger.economy.EconomyStatement.OpenStream;
import covey.protocol.ledger.economy.EconomyStatement.RegisterMechanism;
import covey.protocol.ledger.economy.EconomyStatement.RemoveStake;
import covey.protocol.ledger.economy.EconomyStatement.ResetBonds;
import covey.protocol.ledger.economy.EconomyStatement.RevealWeights;
import covey.protocol.ledger.economy.EconomyStatement.RunStream;
import covey.protocol.ledger.economy.EconomyStatement.Serve;
import covey.protocol.ledger.economy.EconomyStatement.SetTake;
import covey.protocol.ledger.economy.EconomyStatement.SetTerms;
import covey.protocol.ledger.economy.EconomyStatement.SetWeights;
import covey.protocol.ledger.economy.EconomyStatement.Share;
import covey.protocol.ledger.economy.EconomyStatement.Transfer;
import covey.protocol.ledger.economy.EconomyStatement.Vote;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The one encoding of a statement about the asset: a kind and its fields. Decoding checks each length before it
 * allocates.
 */
public final class EconomyStatementCodec {
    private static final int TRANSFER = 1;
    private static final int ADD_STAKE = 2;
    private static final int REMOVE_STAKE = 3;
    private static final int SET_TAKE = 4;
    private static final int BUY_UID = 5;
    private static final int REGISTER_MECHANISM = 6;
    private static final int SET_TERMS = 7;
    private static final int OPEN_STREAM = 8;
    private static final int CLOSE_STREAM = 9;
    private static final int RUN_STREAM = 10;
    private static final int VOTE = 11;
    private static final int SET_WEIGHTS = 12;
    private static final int COMMIT_WEIGHTS = 13;
    private static final int REVEAL_WEIGHTS = 14;
    private static final int RESET_BONDS = 15;
    private static final int FOLLOW = 16;
    private static final int SERVE = 17;

    private EconomyStatementCodec() {}

    /** Throws IllegalArgumentException for what no decoder would take: a bug of ours. */
    public static void write(ByteWriter out, EconomyStatement statement) {
        switch (statement) {
            case Transfer s -> key(out.u8(TRANSFER), s.to()).i64(s.amount());
            case AddStake s -> key(out.u8(ADD_STAKE), s.hotkey()).i64(s.amount());
            case RemoveStake s -> key(out.u8(REMOVE_STAKE), s.hotkey()).i64(s.amount());
            case SetTake s -> key(out.u8(SET_TAKE), s.hotkey()).u16(u16(s.takeU16()));
            case BuyUid s -> key(out.u8(BUY_UID), s.hotkey()).i64(s.limitPrice());
            case RegisterMechanism s -> {
                text(key(out.u8(REGISTER_MECHANISM), s.hotkey()), s.name());
                TermsCodec.write(out, s.terms());
                out.hash(s.description()).i64(s.limitPrice());
            }
            case SetTerms s -> TermsCodec.write(out.u8(SET_TERMS).u8(mechanism(s.mechanism())), s.terms());
            case OpenStream s -> openStream(out.u8(OPEN_STREAM), s);
            case CloseStream s -> out.u8(CLOSE_STREAM).i64(s.stream());
            case RunStream s -> out.u8(RUN_STREAM).i64(s.stream());
            case Vote s -> numbers(numbers(out.u8(VOTE), s.mechanisms()), s.values());
            case SetWeights s -> weights(out.u8(SET_WEIGHTS), s);
            case CommitWeights s ->
                out.u8(COMMIT_WEIGHTS).u8(mechanism(s.mechanism())).hash(s.hash());
            case RevealWeights s -> numbers(weights(out.u8(REVEAL_WEIGHTS), s.weights()), salt(s.salt()));
            case ResetBonds s -> out.u8(RESET_BONDS).u8(mechanism(s.mechanism()));
            case Follow s -> key(out.u8(FOLLOW).u8(mechanism(s.mechanism())), s.hotkey());
            case Serve s -> {
                require(
                        s.address().length() <= Limits.ADDRESS_MAX_BYTES,
                        "address bytes",
                        s.address().length());
                out.u8(SERVE).sized(s.address());
            }
        }
    }

    private static void openStream(ByteWriter out, OpenStream s) {
        require(s.percent() >= 0 && s.percent() <= 100, "percent", s.percent());
        require(
                s.recipients().size() <= Limits.RECIPIENTS_MAX_COUNT,
                "recipients",
                s.recipients().size());
        key(out, s.root()).u8(s.percent()).u8(s.recipients().size());
        s.recipients().forEach(r -> key(out, r.account()).u16(u16(r.weight())));
        out.i32(s.intervalBlocks()).i64(s.endHeight()).i64(s.revocableFrom());
    }

    private static ByteWriter weights(ByteWriter out, SetWeights s) {
        return numbers(numbers(out.u8(mechanism(s.mechanism())), s.uids()), s.values())
                .i64(s.versionKey());
    }

    private static ByteWriter numbers(ByteWriter out, List<Integer> numbers) {
        require(numbers.size() <= Limits.UIDS_MAX_COUNT, "numbers", numbers.size());
        out.u16(numbers.size());
        numbers.forEach(n -> out.u16(u16(n)));
        return out;
    }

    private static List<Integer> salt(List<Integer> salt) {
        require(salt.size() <= Limits.SALT_MAX_COUNT, "salt", salt.size());
        return salt;
    }

    private static ByteWriter key(ByteWriter out, Hotkey key) {
        return out.hash(key.hash());
    }

    private static void text(ByteWriter out, String text) {
        require(text.getBytes(StandardCharsets.UTF_8).length <= Limits.LABEL_MAX_BYTES, "name bytes", text.length());
        out.text(text);
    }

    private static int u16(int value) {
        require(value >= 0 && value <= 0xFFFF, "number", value);
        return value;
    }

    private static int mechanism(int value) {
        require(value >= 0 && value <= 0xFF, "mechanism", value);
        return value;
    }

    private static void require(boolean ok, String name, long value) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: within Limits)");
        }
    }

    public static EconomyStatement read(ByteReader in) throws Malformed {
        int kind = in.u8();
        return switch (kind) {
            case TRANSFER -> new Transfer(readKey(in), in.i64());
            case ADD_STAKE -> new AddStake(readKey(in), in.i64());
            case REMOVE_STAKE -> new RemoveStake(readKey(in), in.i64());
            case SET_TAKE -> new SetTake(readKey(in), in.u16());
            case BUY_UID -> new BuyUid(readKey(in), in.i64());
            case REGISTER_MECHANISM ->
                new RegisterMechanism(
                        readKey(in), in.text(Limits.LABEL_MAX_BYTES), TermsCodec.read(in), in.hash(), in.i64());
            case SET_TERMS -> new SetTerms(in.u8(), TermsCodec.read(in));
            case OPEN_STREAM ->
                new OpenStream(readKey(in), readPercent(in), readShares(in), in.i32(), in.i64(), in.i64());
            case CLOSE_STREAM -> new CloseStream(in.i64());
            case RUN_STREAM -> new RunStream(in.i64());
            case VOTE -> new Vote(readNumbers(in, Limits.UIDS_MAX_COUNT), readNumbers(in, Limits.UIDS_MAX_COUNT));
            case SET_WEIGHTS -> readWeights(in);
            case COMMIT_WEIGHTS -> new CommitWeights(in.u8(), in.hash());
            case REVEAL_WEIGHTS -> new RevealWeights(readWeights(in), readNumbers(in, Limits.SALT_MAX_COUNT));
            case RESET_BONDS -> new ResetBonds(in.u8());
            case FOLLOW -> new Follow(in.u8(), readKey(in));
            case SERVE -> new Serve(in.sized(Limits.ADDRESS_MAX_BYTES));
            default -> throw new Malformed("asset statement kind: " + kind + " (expected: 1 to 17)");
        };
    }

    private static SetWeights readWeights(ByteReader in) throws Malformed {
        return new SetWeights(
                in.u8(), readNumbers(in, Limits.UIDS_MAX_COUNT), readNumbers(in, Limits.UIDS_MAX_COUNT), in.i64());
    }

    private static int readPercent(ByteReader in) throws Malformed {
        int percent = in.u8();
        if (percent > 100) {
            throw new Malformed("percent: " + percent + " (expected: at most 100)");
        }
        return percent;
    }

    private static List<Share> readShares(ByteReader in) throws Malformed {
        int count = in.u8();
        if (count > Limits.RECIPIENTS_MAX_COUNT) {
            throw new Malformed("recipients: " + count + " (expected: at most " + Limits.RECIPIENTS_MAX_COUNT + ")");
        }
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            shares.add(new Share(readKey(in), in.u16()));
        }
        return shares;
    }

    private static List<Integer> readNumbers(ByteReader in, int max) throws Malformed {
        int count = in.u16();
        if (count > max) {
            throw new Malformed("numbers: " + count + " (expected: at most " + max + ")");
        }
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(in.u16());
        }
        return numbers;
    }

    private static Hotkey readKey(ByteReader in) throws Malformed {
        return new Hotkey(in.hash());
    }
}
