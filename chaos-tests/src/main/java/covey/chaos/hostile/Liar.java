package covey.chaos.hostile;

import covey.protocol.contribution.Rejection;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.ledger.Statement;
import covey.protocol.ledger.Statement.Verdict;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rejects what is good, accepts what is not, and turns evaluations around; else it tells the truth. */
public record Liar(Crypto.Signer signer, Chain chain) implements Voice {
    @Override
    public void say(SignedTransaction honest) {
        Statement said = honest.transaction().statement();
        Statement lie = opposite(said);
        chain.submit(lie.equals(said) ? honest : Voice.instead(honest, lie, signer));
    }

    /** The same for statements that judge nobody. */
    public static Statement opposite(Statement statement) {
        return switch (statement) {
            case Statement.Attest s ->
                new Statement.Attest(
                        s.round(), s.verdicts().stream().map(Liar::opposite).toList());
            case Statement.Evaluate s -> new Statement.Evaluate(s.round(), opposite(s.passed()));
            case Statement.Register _,
                    Statement.Ready _,
                    Statement.Commit _,
                    Statement.Holds _,
                    Statement.Root _,
                    Statement.Absent _,
                    Statement.Present _,
                    Statement.Economic _ -> statement;
        };
    }

    private static Verdict opposite(Verdict verdict) {
        return new Verdict(verdict.contribution(), verdict.isAccept() ? Rejection.NORM.code() : 0);
    }

    private static SortedMap<Hotkey, Boolean> opposite(SortedMap<Hotkey, Boolean> passed) {
        SortedMap<Hotkey, Boolean> opposite = new TreeMap<>();
        passed.forEach((hotkey, did) -> opposite.put(hotkey, !did));
        return opposite;
    }
}
