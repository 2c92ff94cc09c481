package covey.chaos.mutant;

import covey.chaos.mutant.Edit.Constant;
import covey.chaos.mutant.Edit.Negate;
import covey.chaos.mutant.Edit.PassOn;
import covey.chaos.mutant.Edit.Skip;
import covey.chaos.mutant.Edit.Twice;
import java.util.List;

/** The planted errors. */
public final class Mutants {
    private static final String LEDGER = "covey.protocol.ledger.";
    private static final String ROUND = "covey.protocol.round.";
    private static final String BALLOT = "covey.protocol.ballot.";
    private static final String CONTRIBUTION = "covey.protocol.contribution.";
    private static final String KEEP = "covey.actors.keep.EngineMemory";
    private static final String WORK = "covey.actors.engine.EngineWork";
    private static final String DISK = "covey.chaos.sim.SimDisk";

    private static final long NEVER = Long.MAX_VALUE / 2;

    public static final List<Mutant> ALL = List.of(
            // rounds on the ledger
            new Mutant(
                    "takes a commitment after CLOSED",
                    "D2",
                    LEDGER + "RoundRules",
                    "commit",
                    new Skip("isClosed", 0, 0)),
            new Mutant(
                    "takes a commitment without a slot",
                    "D2",
                    LEDGER + "RoundRules",
                    "commit",
                    new Skip("mayCommit", 0, 1)),
            new Mutant(
                    "takes two commitments of a hotkey",
                    "B1",
                    LEDGER + "RoundRules",
                    "commit",
                    new Skip("equals", 0, 0)),
            new Mutant("waits for the dead", "D2", LEDGER + "RoundRules", "allCommitted", new Skip("removeAll", 0, 0)),
            new Mutant("closes without a quorum", "D2", LEDGER + "RoundRules", "isComplete", new Skip("max", 0, 1)),
            new Mutant("has no deadline", "D3", LEDGER + "RoundRules", "isComplete", new Skip("closesMs", 0, NEVER)),
            new Mutant(
                    "has the ceiling for a deadline",
                    "D3",
                    "covey.protocol.deadline.Deadline",
                    "of",
                    new Skip("isEmpty", 0, 1)),
            new Mutant("gives no spare slot", "I2", LEDGER + "RoundRules", "fillSpares", new Skip("add", 0, 0)),
            new Mutant(
                    "hands samples out twice", "I2", LEDGER + "RoundRules", "unusedSlots", new Skip("isEmpty", 0, 1)),
            new Mutant(
                    "accepts with a third of the stake",
                    "D7",
                    LEDGER + "CollectRules$Tally",
                    "decision",
                    new Constant(2, 1, 0)),
            new Mutant(
                    "accepts with all of the stake only",
                    "D12",
                    LEDGER + "CollectRules$Tally",
                    "decision",
                    new Constant(2, 3, 0)),
            new Mutant("seals before all is decided", "D7", LEDGER + "CollectRules", "seal", new Skip("isDue", 0, 1)),
            new Mutant(
                    "seals without what a trainer that is there has",
                    "D7",
                    LEDGER + "Rounds",
                    "hasGoneWithOwner",
                    new Skip("absent", 0, 1)),
            new Mutant(
                    "seals without what others hold",
                    "D7",
                    LEDGER + "Rounds",
                    "hasGoneWithOwner",
                    new Skip("isEmpty", 0, 1)),
            new Mutant("never seals at the deadline", "D7", LEDGER + "CollectRules", "seal", new Skip("isDue", 0, 0)),
            new Mutant("seals empty in haste", "D12", LEDGER + "CollectRules", "seal", new Skip("mayYetFill", 0, 0)),
            new Mutant(
                    "suspends a validator at once",
                    "D7",
                    LEDGER + "CollectRules",
                    "suspend",
                    new Skip("isPastCeiling", 0, 1)),
            new Mutant(
                    "agrees on a root with a third",
                    "D10",
                    LEDGER + "RootRules",
                    "lambda$quorumRoot$0",
                    new Constant(2, 1, 0)),
            new Mutant(
                    "halts while roots are on their way",
                    "D10",
                    LEDGER + "RootRules",
                    "agree",
                    new Skip("haveAllSaid", 0, 1)),
            // a peer
            new Mutant(
                    "forgets the mass of what came late",
                    "E3",
                    ROUND + "OuterRules",
                    "settle",
                    new Skip("toGiveBack", 0, 0)),
            new Mutant(
                    "takes back what was applied", "E3", ROUND + "TrainRules", "toGiveBack", new PassOn("filter", 0)),
            new Mutant("takes back what was refused for a fault", "E3", ROUND + "TrainRules", "isFault", new Negate(0)),
            new Mutant("folds nothing of what came too late", "E3", WORK, "settle", new Skip("fold", 0, 0)),
            new Mutant("clears error feedback each round", "E3", WORK, "settle", new Skip("clear", 0, 1)),
            new Mutant("takes mass back twice", "E3", WORK, "settle", new Twice("ifPresent", 0)),
            new Mutant("applies a round twice", "E3", WORK, "settle", new Twice("apply", 0)),
            new Mutant(
                    "settles before the contents are here",
                    "D11",
                    ROUND + "OuterRules",
                    "settle",
                    new Skip("allMatch", 0, 1)),
            new Mutant("skips a round", "D11", ROUND + "OuterRules", "next", new Constant(1, 2, 0)),
            new Mutant("never says its root", "D10", ROUND + "OuterRules", "sayRoot", new Skip("say", 0, 0)),
            new Mutant(
                    "asks for ever for what all have dropped",
                    "D11",
                    ROUND + "ContentRules",
                    "isGone",
                    new Skip("isPresent", 0, 0)),
            new Mutant("keeps no checkpoint", "D11", ROUND + "OuterRules", "keep", new Skip("keep", 0, 0)),
            new Mutant("serves before CLOSED", "D5", ROUND + "ContentRules", "closed", new PassOn("filter", 0)),
            new Mutant("holds what it has not", "D7", ROUND + "ContentRules", "bitmap", new Skip("contains", 0, 1)),
            new Mutant(
                    "fetches nothing in COLLECT", "D7", ROUND + "ContentRules", "collect", new Skip("ifPresent", 0, 0)),
            new Mutant(
                    "accepts a stale round",
                    "D6",
                    CONTRIBUTION + "ContributionCheck",
                    "check",
                    new Skip("checkHeader", 0, 0)),
            new Mutant(
                    "accepts any signature",
                    "A2",
                    CONTRIBUTION + "ContributionReader",
                    "isSigned",
                    new Skip("verify", 0, 1)),
            // memory
            new Mutant("makes no commit record", "E3", KEEP, "commit", new Skip("write", 0, 0)),
            new Mutant("makes no settlement record", "E3", WORK, "settle", new Skip("settled", 0, 0)),
            new Mutant("does not sync its files", "E1", DISK, "isSynced", new Constant(1, 0, 0)),
            // ballots
            new Mutant(
                    "certifies with a vote less",
                    "C3",
                    "covey.protocol.model.Genesis",
                    "quorum",
                    new Constant(1, 0, 0)),
            new Mutant("votes for lower ballots", "C1", BALLOT + "AcceptorRules", "propose", new Skip("isAbove", 0, 0)),
            new Mutant("forgets what it promised", "C3", BALLOT + "AcceptorRules", "promised", new Skip("has", 0, 1)),
            new Mutant(
                    "acknowledges before it is on disk", "C3", BALLOT + "BallotTurn", "persist", new Skip("has", 0, 1)),
            new Mutant(
                    "forgets the block that was accepted",
                    "C2",
                    BALLOT + "ProposerRules",
                    "bound",
                    new Skip("has", 0, 1)));

    private Mutants() {}
}
