package covey.protocol.ledger.economy;

import covey.protocol.ledger.economy.EconomyStatement.Terms;
import covey.protocol.wire.ByteReader;
import covey.protocol.wire.ByteWriter;
import covey.protocol.wire.Malformed;
import covey.protocol.yuma.EpochRule;
import covey.protocol.yuma.EpochRule.Linear;
import covey.protocol.yuma.EpochRule.Yuma2;
import covey.protocol.yuma.EpochRule.Yuma3;
import covey.protocol.yuma.Yuma;
import covey.protocol.yuma.Yuma.LiquidAlpha;
import java.util.Optional;

/** The one encoding of a mechanism's terms, and the published defaults of each rule. */
public final class TermsCodec {
    private static final int YUMA2 = 1;
    private static final int YUMA3 = 2;
    private static final int YUMA3_LIQUID = 3;
    private static final int LINEAR = 4;

    private TermsCodec() {}

    /**
     * Terms with published defaults. Throws IllegalArgumentException for another name.
     *
     * @param rule "yuma2", "yuma3", "yuma3-liquid" or "linear"
     * @param revealEpochs 0: weights are set in the open
     */
    public static Terms published(String rule, int tempoBlocks, int revealEpochs) {
        Yuma yuma = new Yuma(32767, 900_000, 65535, tempoBlocks * 13_889L / 1000, 64, 0, revealEpochs > 0);
        EpochRule named = switch (rule) {
            case "yuma2" -> new Yuma2(yuma);
            case "yuma3" -> new Yuma3(yuma, Optional.empty());
            case "yuma3-liquid" -> new Yuma3(yuma, Optional.of(new LiquidAlpha(45875, 58982, 1000)));
            case "linear" -> new Linear(50, 4, 1, 128);
            default ->
                throw new IllegalArgumentException(
                        "rule: '" + rule + "' (expected: yuma2, yuma3, yuma3-liquid or linear)");
        };
        return new Terms(named, revealEpochs, 0);
    }

    static void write(ByteWriter out, Terms terms) {
        switch (terms.rule()) {
            case Yuma2 r -> yuma(out.u8(YUMA2), r.yuma());
            case Yuma3 r -> {
                yuma(out.u8(r.liquid().isPresent() ? YUMA3_LIQUID : YUMA3), r.yuma());
                r.liquid().ifPresent(l -> out.u16(l.lowU16()).u16(l.highU16()).u16(l.steepness()));
            }
            case Linear r ->
                out.u8(LINEAR)
                        .u8(r.incentivePercent())
                        .u8(r.followFeePercent())
                        .i64(r.minStake())
                        .i32(r.maxValidators());
        }
        out.i32(terms.revealEpochs()).i64(terms.versionKey());
    }

    private static void yuma(ByteWriter out, Yuma y) {
        out.u16(y.kappaU16()).i32(y.bondsMovingAveragePpm()).u16(y.bondsPenaltyU16());
        out.i64(y.activityCutoffBlocks()).i32(y.maxValidators()).i64(y.stakeThreshold());
        out.bool(y.commitReveal());
    }

    static Terms read(ByteReader in) throws Malformed {
        int kind = in.u8();
        try {
            EpochRule rule = switch (kind) {
                case YUMA2 -> new Yuma2(readYuma(in));
                case YUMA3 -> new Yuma3(readYuma(in), Optional.empty());
                case YUMA3_LIQUID -> {
                    Yuma yuma = readYuma(in);
                    yield new Yuma3(yuma, Optional.of(new LiquidAlpha(in.u16(), in.u16(), (short) in.u16())));
                }
                case LINEAR -> new Linear(in.u8(), in.u8(), in.i64(), in.i32());
                default -> throw new Malformed("epoch rule: " + kind + " (expected: 1 to 4)");
            };
            return new Terms(rule, in.i32(), in.i64());
        } catch (IllegalArgumentException e) {
            throw new Malformed("epoch rule " + e.getMessage());
        }
    }

    private static Yuma readYuma(ByteReader in) throws Malformed {
        return new Yuma(in.u16(), in.i32(), in.u16(), in.i64(), in.i32(), in.i64(), in.bool());
    }
}
