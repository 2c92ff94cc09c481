package covey.protocol.journal;

import covey.protocol.ledger.Statement;
import covey.protocol.ledger.economy.EconomyStatementCodec;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerEffect;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** SHA-256 over "covey/1/effects" and the canonical encoding of effects (rule E2). Nothing decodes it. */
final class EffectHash {
    private static final byte[] DOMAIN = "covey/1/effects".getBytes(StandardCharsets.US_ASCII);

    private EffectHash() {}

    static Hash of(List<PeerEffect> effects, Crypto crypto) {
        ByteWriter out = new ByteWriter().raw(DOMAIN).i32(effects.size());
        effects.forEach(effect -> write(out, effect));
        return crypto.sha256(out.toByteArray());
    }

    private static void write(ByteWriter out, PeerEffect effect) {
        switch (effect) {
            case PeerEffect.Say e -> say(out.u8(1).u8(e.role().bit()), e.statement());
            case PeerEffect.Fetch e -> hotkeys(id(out.u8(2), e.content()).i64(e.lengthBytes()), e.holders());
            case PeerEffect.Cancel e -> id(out.u8(3), e.content());
            case PeerEffect.Serve e -> id(out.u8(4), e.content());
            case PeerEffect.Judge e ->
                id(id(out.u8(5).i64(e.round()), e.contribution()).hash(e.owner().hash()), e.baseRoot());
            case PeerEffect.Train e -> longs(out.u8(6).i64(e.round()).i64(e.appliedRounds()), e.windows());
            case PeerEffect.StopTraining e -> out.u8(7).i64(e.round()).i32(e.minimumSteps());
            case PeerEffect.Compress e -> longs(id(out.u8(8).i64(e.round()).i32(e.steps()), e.baseRoot()), e.windows());
            case PeerEffect.Settle e -> settle(out.u8(9), e);
            case PeerEffect.Load e -> id(out.u8(10).i64(e.round()), e.root());
            case PeerEffect.Keep e -> id(out.u8(11).i64(e.round()), e.root());
            case PeerEffect.Drop e -> id(out.u8(12), e.content());
            case PeerEffect.Halt e -> out.u8(13).text(e.reason());
        }
    }

    private static void settle(ByteWriter out, PeerEffect.Settle effect) {
        out.i64(effect.round()).i32(effect.collectSet().size());
        for (Selected selected : effect.collectSet()) {
            id(out.hash(selected.hotkey().hash()), selected.contribution()).i32(selected.trustQ16());
        }
        out.bool(effect.fold()).bool(effect.clear()).bool(effect.giveBack().isPresent());
        effect.giveBack().ifPresent(content -> id(out, content));
    }

    private static void say(ByteWriter out, Statement statement) {
        switch (statement) {
            case Statement.Register s ->
                out.u8(1)
                        .hash(s.coldkey().hash())
                        .i32(s.roles())
                        .text(s.label())
                        .i64(s.work());
            case Statement.Ready s -> out.u8(2).i64(s.round());
            case Statement.Commit s ->
                id(out.u8(3).i64(s.round()), s.contribution()).i64(s.lengthBytes());
            case Statement.Attest s -> {
                out.u8(4).i64(s.round()).i32(s.verdicts().size());
                s.verdicts().forEach(v -> id(out, v.contribution()).i32(v.code()));
            }
            case Statement.Holds s -> out.u8(5).i64(s.round()).sized(s.bitmap());
            case Statement.Root s -> id(out.u8(6).i64(s.round()), s.stateRoot());
            case Statement.Absent s ->
                out.u8(7).i64(s.round()).hash(s.subject().hash()).text(s.reason());
            case Statement.Present s ->
                out.u8(8).i64(s.round()).hash(s.subject().hash()).text(s.reason());
            case Statement.Economic s -> EconomyStatementCodec.write(out.u8(9), s.said());
            case Statement.Evaluate s -> {
                out.u8(10).i64(s.round()).i32(s.passed().size());
                s.passed().forEach((trainer, passed) -> out.hash(trainer.hash()).bool(passed));
            }
        }
    }

    private static ByteWriter id(ByteWriter out, ContentId content) {
        return out.hash(content.hash());
    }

    private static void hotkeys(ByteWriter out, List<Hotkey> hotkeys) {
        out.i32(hotkeys.size());
        hotkeys.forEach(hotkey -> out.hash(hotkey.hash()));
    }

    private static void longs(ByteWriter out, List<Long> values) {
        out.i32(values.size());
        values.forEach(out::i64);
    }
}
